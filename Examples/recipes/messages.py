"""Plants messages beside pems_bay_67: reports of incidents at sensors shortly before speed breaks down there, reports
that nothing comes of, and talk of other things. No data set at hand has text beside its values; this one is made, seeded,
and says so.

    python3 Examples/recipes/messages.py PEMS.csv.xz OUT [--seed 1]

writes OUT/messages.csv (time, place, message) and OUT/shuffled.csv: the same messages at times and places drawn anew, which
tell nothing.

Where speed falls by 10 mph or more within three steps (15 min), 80 of 100 such falls are reported six steps (30 min)
before. Two of ten reports are false: at a place and time drawn at random. For each report there are two messages about
other things.
"""

import argparse
import csv
import lzma
import pathlib
import random

INCIDENTS = [
    "accident, two lanes blocked", "crash reported, right lane blocked", "collision, slow traffic ahead",
    "stalled vehicle on the shoulder, lane blocked", "accident with injury, expect delays", "debris on the road, slow",
]
AHEAD = 6
OTHERS = [
    "road work next week", "works finished, all lanes open", "litter on the shoulder", "light rain",
    "sign replaced", "sensor serviced", "event at the stadium on Sunday", "all clear", "patrol on its way home",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    with lzma.open(arguments.data, "rt") as text:
        rows = list(csv.reader(text))
    places, rows = rows[0][1:], rows[1:]
    times = [row[0] for row in rows]
    speed = [[float(cell) if cell else float("nan") for cell in row[1:]] for row in rows]

    reports = []
    for place in range(len(places)):
        step = AHEAD
        while step + 3 < len(rows):
            now = speed[step][place]
            if min(speed[step + ahead][place] for ahead in (1, 2, 3)) <= now - 10:
                if draw.random() < 0.8:
                    reports.append((step - AHEAD, place))
                step += 12
            else:
                step += 1
    false = [(draw.randrange(len(rows)), draw.randrange(len(places))) for _ in range(len(reports) // 4)]
    messages = [(step, place, draw.choice(INCIDENTS)) for step, place in reports + false]
    messages += [
        (draw.randrange(len(rows)), draw.randrange(len(places)), draw.choice(OTHERS)) for _ in range(2 * len(messages))
    ]

    def write(name: str, found) -> None:
        with open(arguments.output / name, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["time", "place", "message"])
            for step, place, message in sorted(found):
                writer.writerow([times[step], places[place], message])

    write("messages.csv", messages)
    write("shuffled.csv", [(draw.randrange(len(rows)), draw.randrange(len(places)), text) for _, _, text in messages])
    print(f"{len(reports)} falls reported, {len(false)} false reports, {len(messages) - len(reports) - len(false)} others")


if __name__ == "__main__":
    main()
