"""As many days as us-holidays.ics has, drawn at random (seed 20261128), as an iCalendar on standard output: what a calendar
that says nothing brings. See Documentation/Benchmarks.md, Data of other kinds."""

import datetime
import random

random.seed(20261128)
lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Limbeck//Benchmarks//EN"]
for day in sorted(random.sample(range(365 * 31), 12 * 31)):
    date = datetime.date(2000, 1, 1) + datetime.timedelta(day)
    lines += ["BEGIN:VEVENT", f"UID:{day}", "SUMMARY:Drawn", f"DTSTART;VALUE=DATE:{date:%Y%m%d}", "END:VEVENT"]
print("\r\n".join([*lines, "END:VCALENDAR"]), end="\r\n")
