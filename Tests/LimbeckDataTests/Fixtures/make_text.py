"""Writes text.json: vectors of texts as Documentation/Recipes.md defines them, in Python, beside the test that reads it.

    python3 Tests/LimbeckDataTests/Fixtures/make_text.py
"""

import json
import pathlib
import re

TEXTS = [
    "accident, two lanes blocked", "Accident: two LANES blocked!", "lane closed lane closed", "", "…!?", "A40",
    "Straßensperrung wegen Überschwemmung", "事故 渋滞", "no. 7 / no. 8",
]


def vector(text: str, width: int) -> list[float]:
    total = [0] * width
    for word in re.findall(r"[^\W_]+", text.lower()):
        hash = 0xCBF29CE484222325
        for byte in word.encode():
            hash = ((hash ^ byte) * 0x100000001B3) % 2**64
        total[(hash >> 1) % width] += 1 if hash & 1 == 0 else -1
    length = sum(value * value for value in total) ** 0.5
    return [value / length if length else 0.0 for value in total]


rows = [{"text": text, "width": width, "vector": vector(text, width)} for text in TEXTS for width in (1, 8, 61)]
path = pathlib.Path(__file__).with_name("text.json")
path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
