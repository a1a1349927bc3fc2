"""history.py DATABASE SERVER DAYS: gives a server in a SQLite database a past of so many days, as hostlerd keeps it. Days before today
are rolled up: a chunk of 24 hours each. Of the processor a fifth is in use in odd months of UTC, and four fifths in even ones; in the ten
days that began 100 days ago nothing was measured. Of this hour and the one before there is a look every thirty seconds."""

import datetime
import sqlite3
import sys
import time
import uuid
import zlib

HOUR = 3_600
DAY = 24 * HOUR
STEP = 30
GIB = 1 << 30
VERSION = 1
FULL = 1
CONSTANT = 0
PACKED = 1


def number(value):
    """As many bytes as it needs, seven bits each."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def column(values):
    """One number for all, or bits of the same width for each."""
    least, most = min(values), max(values)
    if least == most:
        return bytes([CONSTANT]) + number(least)
    width = (most - least).bit_length()
    bits = sum((value - least) << width * place for place, value in enumerate(values))
    return bytes([PACKED]) + number(least) + number(width) + bits.to_bytes((width * len(values) + 7) // 8, "little")


def chunk(keys, metrics):
    """Rows by their keys: of each metric all columns, and at the end a checksum."""
    body = bytes([VERSION]) + number(len(keys)) + column(keys) + number(len(metrics))
    for columns in metrics:
        body += bytes([FULL]) + b"".join(column(values) for values in columns)
    return body + zlib.crc32(body).to_bytes(4, "little")


def rolled_up(day):
    """Of each hour and metric: how many samples, their average, the rest of the sum, and how far the most is above it."""
    hours = range(DAY // HOUR)
    parts = [(120, average, 0, above) for average, above in figures(day)]
    return chunk(list(hours), [[[part] * len(hours) for part in four] for four in parts])


def looked_at(start, end):
    """Samples, by the microseconds since the hour began."""
    times = range(start, end, STEP)
    metrics = [
        [[average + (above * (time // STEP * 7 % 13)) // 13 for time in times]] for average, above in figures(start)
    ]
    return chunk([(time - start) * 1_000_000 for time in times], metrics)


def figures(day):
    """In the order of the store: processor (ten thousandths), memory and its limit, disk and its limit, four rates."""
    month = datetime.datetime.fromtimestamp(day, datetime.timezone.utc).month
    processor = 2_000 if month % 2 else 8_000
    rates = [(1_000_000, 500_000), (200_000, 100_000), (300_000, 0), (400_000, 0)]
    return [(processor, 1_000), (GIB // 4, 0), (GIB, 0), (5 * GIB, 0), (20 * GIB, 0), *rates]


def subject_of(connection, server):
    """What its figures are kept by: a number that it gets with the first of them."""
    for _ in range(300):
        found = connection.execute("select number from stat_subjects where subject_id = ?", (uuid.UUID(server).bytes,)).fetchone()
        if found:
            return found[0]
        time.sleep(0.2)
    sys.exit(f"nothing was measured of {server}")


INSERT = "insert into stat_chunks (tier, start_time, subject, generation, body) values (?, ?, ?, 1, ?)"

database, server, days = sys.argv[1:]
with sqlite3.connect(database, timeout=30) as connection:
    subject = subject_of(connection, server)
    now = int(time.time())
    today, hour = now // DAY * DAY, now // HOUR * HOUR
    measured = [today - ago * DAY for ago in range(1, int(days) + 1) if not 90 < ago <= 100]
    chunks = [("hour", day, rolled_up(day)) for day in measured]
    chunks += [("raw", hour - HOUR, looked_at(hour - HOUR, hour))]
    # A minute at least: the chunk may not be empty.
    chunks += [("raw", hour, looked_at(hour, max(now, hour + 2 * STEP)))]
    connection.executemany(INSERT, [(tier, start * 1_000_000, subject, body) for tier, start, body in chunks])
