"""iCalendar (RFC 5545) out of the JSON that a function answers."""

import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

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
    starts = [datetime.datetime.fromisoformat(row["startsAt"]) for row in given["events"]]
    if starts:
        calendar.add_component(_rules(zone, min(starts), max(starts)))
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
    return bytes(calendar.to_ical())


def _rules(zone: ZoneInfo, earliest: datetime.datetime, latest: datetime.datetime) -> Timezone:
    """A VTIMEZONE: the offset a year before the earliest local time, and each change from there.

    Every change is a part of its own, dated in the local time before it, as RFC 5545 asks. The
    library writes lists of dates instead, an hour late in spring, which few readers follow.
    """
    rules = Timezone()
    rules.add("tzid", zone.key)
    moment = datetime.datetime(earliest.year - 1, 1, 1, tzinfo=datetime.UTC)
    end = datetime.datetime(latest.year + 2, 1, 1, tzinfo=datetime.UTC)
    rules.add_component(_offset(moment, zone, moment))
    hour = datetime.timedelta(hours=1)
    while moment < end:
        later = moment + 24 * hour
        if moment.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            while (
                moment.astimezone(zone).utcoffset() == (moment + hour).astimezone(zone).utcoffset()
            ):
                moment += hour
            rules.add_component(_offset(moment + hour, zone, moment))
        moment = later
    return rules


def _offset(
    since: datetime.datetime, zone: ZoneInfo, before: datetime.datetime
) -> TimezoneStandard | TimezoneDaylight:
    """One offset of a zone, from an instant on; ``before`` is an instant with the offset before."""
    here = since.astimezone(zone)
    offset = before.astimezone(zone).utcoffset() or datetime.timedelta(0)
    part = TimezoneDaylight() if here.dst() else TimezoneStandard()
    part.add("dtstart", (since + offset).replace(tzinfo=None))
    part.add("tzname", here.tzname())
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", here.utcoffset())
    return part
