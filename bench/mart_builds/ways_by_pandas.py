"""The way of each application through its stages, by pandas: whole numbers stand for kinds, states and positions, and
each step is one over all events."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import union_categoricals

from mart_builds.reading import Frame, Report, civil, latest, read

OUTCOMES = ("open", "hired", "rejected", "withdrawn", "other", "too few")
# those on the way first, from the beginning to the end; then what is no step on it
KINDS = (
    "sourced", "applied", "assessment", "shortlisted", "phone_screen", "interview", "offer", "hired", "disqualified",
    "unlisted", "none",
)
HIRED, DISQUALIFIED, UNLISTED, NOWHERE = (KINDS.index(kind) for kind in KINDS[7:])
OUT = len(KINDS)
EXITS = ("next", "back", "rejected", "withdrawn", "other", "open", "too few")
IN, IS_OUT, IS_HIRED = range(3)
# by outcome: an open one has no final state
FINAL = np.array([-1, IS_HIRED, IS_OUT, IS_OUT, IS_OUT])
IN_TIME = pd.Timedelta(hours=48)


class Ways(NamedTuple):
    """Applications with their ends; spells; and what data_quality wants to know."""

    applications: Frame
    spells: Frame
    first_observed: Any
    change_gaps: Any
    renamed: int


def read_events(lake: Path, applications: Frame) -> Frame:
    """In their order, of applications that are there."""
    texts = tuple(side + name for side in ("from", "to") for name in ("_stage", "_stage_kind"))
    rows = read(lake, "application_event", [
        "application_id", "event_no", "occurred", "observed", "previous_observed", "is_first_sight", *texts,
        "from_status", "to_status", "removed", "changed_seq",
    ], texts)
    # by Arrow, which the texts are of already: to pandas each would be a Python object
    place = pc.index_in(pa.array(rows["application_id"]), value_set=pa.array(applications["application_id"]))
    rows["place"] = place.fill_null(-1).to_numpy()
    rows = latest(rows.drop(columns="application_id"), ["place", "event_no"])
    rows = rows[(rows["place"] >= 0) & ~rows["removed"]]
    return rows.sort_values(["place", "event_no"], ignore_index=True)


def kinds_of(labels: Any, kinds: Any) -> Any:
    known = np.array([*(KINDS.index(kind) for kind in kinds.cat.categories), -1])
    found = known[kinds.cat.codes.to_numpy()]
    return np.where(found >= 0, found, np.where(labels.notna(), UNLISTED, NOWHERE))


def states_of(kinds: Any, status: Any) -> Any:
    out = (status == 0).to_numpy() | (kinds == DISQUALIFIED)
    return np.where(out, IS_OUT, np.where(kinds == HIRED, IS_HIRED, IN))


def renames(events: Frame, may_be_renamed: Any, report: Report) -> Any:
    """Which events are no more than another name of a stage, and how many names there are. The loop is over names."""
    labels = union_categoricals([pd.Categorical(events["from_stage"]), pd.Categorical(events["to_stage"])]).codes
    was, now = labels[:len(events)], labels[len(events):]
    new = pd.DataFrame({"was": was, "now": now, "place": events["place"], "number": events["event_no"]})
    firsts = new[new["now"] >= 0].groupby("now")["number"].idxmin()
    day = civil(events["observed"], report).to_numpy()
    first_day = pd.Series(day[firsts.to_numpy()], index=firsts.index)
    moved = (was >= 0) & (now >= 0) & (was != now) & may_be_renamed
    candidates = new[moved][day[moved] == first_day.reindex(now[moved]).to_numpy()]
    people = candidates.groupby(["was", "now"])["place"].nunique()
    found, names = np.zeros(len(events), bool), 0
    for (before, after), count in people[people >= report.least].items():
        earlier = day < first_day[after]
        entered = ((now == before) & (was != before) & earlier).sum()
        left = ((was == before) & (now != before) & earlier).sum()
        if count <= entered - left < 2 * count:
            found |= moved & (was == before) & (now == after) & (day == first_day[after])
            names += 1
    return found, names


def carried(values: Any, renamed: Any, is_first: Any) -> Any:
    """Of each event, what was before it and before other names directly ahead of it."""
    follows = np.concatenate([[False], renamed[:-1]]) & ~is_first
    place = np.maximum.accumulate(np.where(follows, 0, np.arange(len(values))))
    return values[place]


def read_moves(lake: Path, applications: Frame, report: Report) -> tuple[Frame, int]:
    """Events with what was before and after, and how many stages got another name."""
    events = read_events(lake, applications)
    sides = {}
    for side in ("from", "to"):
        kind = kinds_of(events[side + "_stage"], events[side + "_stage_kind"])
        sides[side] = kind, states_of(kind, events[side + "_status"])
    (was, was_state), (now, now_state) = sides["from"], sides["to"]
    is_told = ((was_state == IS_OUT) != (now_state == IS_OUT)) | ((was <= HIRED) & (now <= HIRED) & (was != now))
    renamed, names = renames(events, ~is_told, report)
    first = ~events["place"].duplicated().to_numpy()
    found = events[["place", "observed", "previous_observed"]].assign(first=first, renamed=renamed)
    for side, (kind, stood) in sides.items():
        state, position = stood, np.where(stood == IS_OUT, OUT, kind)
        if side == "from":
            state, position = (carried(each, renamed, first) for each in (state, position))
        found = found.assign(**{side + "_kind": kind, side + "_state": state, side + "_position": position})
    earliest = events["previous_observed"].fillna(events["occurred"])
    fits = (earliest <= events["occurred"]) & (events["occurred"] <= events["observed"])
    moved = ~events["is_first_sight"] & ~renamed & (found["from_position"] != found["to_position"])
    return found.assign(at=events["occurred"].where(fits, events["observed"]), moved=moved), names


def with_ends(applications: Frame, moves: Frame, report: Report) -> Frame:
    """When each came to its end, and how far it came."""
    count = len(applications)
    outcome, created = applications["outcome"].to_numpy(), applications["created"]
    place, final = moves["place"].to_numpy(), FINAL[outcome]
    first = moves[moves["first"]].set_index("place")
    seen = first["observed"].reindex(range(count))
    in_time = (seen - created <= IN_TIME).to_numpy()
    ends = moves["moved"] & (moves["from_state"] != final[place]) & (moves["to_state"] == final[place])
    last = moves[ends].drop_duplicates("place", keep="last")
    ended = last.set_index("place")["at"].reindex(range(count))
    at_once = in_time & (first["to_state"].reindex(range(count)).to_numpy() == final)
    ended = ended.where(ended.notna() | ~at_once, seen)
    ended = ended.where(ended.isna() | (ended > created), created)
    closed_on = civil(ended, report)
    end = np.full(count, -1)
    end[last["place"]] = last.index
    days = (closed_on - applications["created_on"]).dt.days
    return applications.assign(
        seen=seen, in_time=in_time, closed_on=closed_on, days=days, end=end, furthest=furthest(applications, moves))


def furthest(applications: Frame, moves: Frame) -> Any:
    """The highest kind on the way, else that there was a stage, else that there was none."""
    heights = np.array([*range(2, 2 + DISQUALIFIED), 1, 1, 0])
    there = heights[kinds_of(applications["stage"], applications["stage_kind"])]
    lasting = moves[~moves["renamed"]]
    height = np.maximum(heights[lasting["from_kind"]], heights[lasting["to_kind"]])
    of_events = pd.Series(height).groupby(lasting["place"].to_numpy(), sort=False).max()
    highest = np.maximum(there, of_events.reindex(range(len(applications)), fill_value=0).to_numpy())
    return np.array([NOWHERE, UNLISTED, *range(DISQUALIFIED)])[highest]


def read_spells(applications: Frame, moves: Frame, as_of_on: Any, report: Report) -> Frame:
    """From each entry to the next."""
    entries = moves[moves["first"] | moves["moved"]]
    place, kind = entries["place"].to_numpy(), entries["to_position"].to_numpy()
    of = applications[["created_on", "in_time", "outcome", "end", "person"]].iloc[place].reset_index(drop=True)
    entered_on = civil(entries["at"], report).reset_index(drop=True)
    first = entries["first"].to_numpy()
    entered_on = entered_on.where(~first, of["created_on"])
    leaves = np.concatenate([place[1:] == place[:-1], [False]])
    left_on = entered_on.shift(-1).where(leaves, as_of_on)
    to, by = np.append(kind[1:], -1), np.append(entries.index.to_numpy()[1:], -1)
    outcome = of["outcome"].to_numpy()
    told = (by == of["end"].to_numpy()) & np.isin(outcome, [OUTCOMES.index("rejected"), OUTCOMES.index("withdrawn")])
    names = np.array([EXITS.index(each) if each in EXITS else -1 for each in OUTCOMES])
    way = np.select(
        [~leaves, to == OUT, (kind >= DISQUALIFIED) | (to >= DISQUALIFIED) | (to > kind)],
        [EXITS.index("open"), np.where(told, names[outcome], EXITS.index("other")), EXITS.index("next")],
        EXITS.index("back"))
    kept = (kind != OUT) & (~first | of["in_time"].to_numpy()) & (leaves | (outcome == 0))
    days = (left_on - entered_on).dt.days.clip(lower=0)
    return pd.DataFrame({
        "entered_on": entered_on, "kind": kind, "exit": way, "days": days, "person": of["person"]})[kept]


def read_ways(lake: Path, applications: Frame, as_of_on: Any, report: Report) -> Ways:
    moves, names = read_moves(lake, applications, report)
    found = with_ends(applications, moves, report)
    moved = moves[moves["moved"]]
    gaps = (moved["observed"] - moved["previous_observed"]).dropna()
    return Ways(found, read_spells(found, moves, as_of_on, report), found["seen"], gaps, names)
