"""iCalendar (RFC 5545) out of the JSON that a function answers."""

import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

ICALENDAR = "text/calendar"


def calendar_of(answer: bytes) -> bytes:
    """A calendar from ``{"name", "timezone", "events"}``.

    Each event has ``uid``, ``sequence``, ``startsAt`` and ``endsAt`` (local to the time zone),
    ``summary``, ``description`` (or null), ``cancelled`` and ``changedAt``. The zone's rules are
    part of the calendar.
    """
    given: dict[str, Any] = json.loads(answer)
    zone = ZoneInfo(given["timezone"])
    calendar = Calendar()
    calendar.add("prodid", "-//Ostinato//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", given["name"])
    calendar.add("x-wr-timezone", given["timezone"])
    for row in given["events"]:
        event = Event()
        changed = datetime.datetime.fromisoformat(row["changedAt"])
        event.add("uid", f"{row['uid']}@ostinato")
        event.add("sequence", row["sequence"])
        event.add("dtstamp", changed.astimezone(datetime.UTC))
        event.add("last-modified", changed.astimezone(datetime.UTC))
        event.add("dtstart", datetime.datetime.fromisoformat(row["startsAt"]).replace(tzinfo=zone))
        event.add("dtend", datetime.datetime.fromisoformat(row["endsAt"]).replace(tzinfo=zone))
        event.add("summary", row["summary"])
        if row["description"] is not None:
            event.add("description", row["description"])
        event.add("status", "CANCELLED" if row["cancelled"] else "CONFIRMED")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
