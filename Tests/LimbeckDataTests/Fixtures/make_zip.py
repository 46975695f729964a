"""Writes two.zip: two files of data and one of words, as Python's zipfile deflates them."""
import os
import zipfile


def hours(place, add):
    return f"time,{place}\n" + "".join(f"2024-01-01T{hour:02d}:00,{hour + add}\n" for hour in range(24))


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "two.zip")
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, text in [("set/north.csv", hours("north", 0)), ("README.txt", "words"), ("set/south.csv", hours("south", 7))]:
        archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
