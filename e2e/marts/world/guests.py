"""Records of our own in the mock's world: what it would hardly bring by itself."""
from marts.world.wire import MEDIA, Wire, post
from toolbox.mock import Mock

# one place in two spellings, as many of each
SPELLINGS = ("Bad Ems", "BAD EMS", "BAD EMS", "Bad Ems")
# around midnight and around the hour that is left out in Berlin, in the nights before and after summer time begins
INSTANTS = (
    "2026-03-19T22:59:59.9999999Z", "2026-03-19T23:00:00Z", "2025-12-28T22:59:59Z", "2025-12-28T23:00:00Z",
    "2026-01-04T22:30:00Z", "2026-01-04T23:30:00Z", "2025-12-31T23:30:00Z", "2025-10-25T21:59:59Z",
    "2025-10-25T22:30:00Z", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z", "2025-10-26T22:59:59Z",
    "2025-10-26T23:30:00Z", "2025-11-30T23:00:00Z", "2025-11-30T22:59:59Z", "2026-02-21T04:59:59Z",
)
# vacancies by how many applications they have, and the reasons that ended these: at the edge of what is told, all alike
# (with one reason or with two of a kind), mixed
ENDS = {
    4: (0, 1, 2, 0), 5: (0, 1, 2, 1, 0), 6: (2, 2, 2, 2, 2, 2), 7: (0, 1, 0, 3, 4, 0, 1), 8: (2, 3, 2, 3, 2, 3, 2, 3),
}


def identity(group: int, number: int) -> str:
    return f"{0xE2E00000 + group:08x}-0000-4000-8000-{number:012x}"


def postings() -> list[Wire]:
    spelt = [
        {
            "vacancyId": identity(1, number), "title": "Porter", "location": f"Lahnstrasse 1, 56130, {city}",
            "created": "2025-11-02T09:00:00Z", "edited": "2025-11-02T09:00:00Z",
        }
        for number, city in enumerate(SPELLINGS)
    ]
    sized = [
        {
            "vacancyId": identity(2, size), "title": f"Group of {size}", "created": "2025-11-02T09:00:00Z",
            "edited": "2025-11-02T09:00:00Z", "department": "Cardiology",
        }
        for size in ENDS
    ]
    in_two_media = [
        {
            "vacancyId": identity(3, 0), "mediaId": medium, "title": f"In medium {number}",
            "created": f"2025-11-0{2 + number}T09:00:00Z", "edited": f"2025-11-0{6 - number}T23:30:00Z",
            "status": ("unpublished", "published")[number],
        }
        for number, medium in enumerate(MEDIA)
    ]
    # gone before the pipeline ever ran: applications know a vacancy that nobody has seen
    unknown = {"vacancyId": identity(6, 0), "title": "Never seen", "status": "withdrawn"}
    return [*spelt, *sized, *in_two_media, unknown]


def application(vacancy: str, group: int, number: int, created: str, **more: object) -> Wire:
    """By a person who is nobody else's."""
    return {
        "vacancyId": vacancy, "id": identity(group, number), "lastName": "Muster", "firstName": f"Guest {number}",
        "email": f"guest{number}@example.org", "created": created, **more,
    }


def applications() -> list[Wire]:
    at_the_edge = [application(identity(3, 0), 4, number, created) for number, created in enumerate(INSTANTS)]
    ended = [
        application(identity(2, size), 0x50 + size, number, f"2026-03-{9 + number:02d}T10:00:00Z",
                    status=0, disqualifyReason=end)
        for size, ends in ENDS.items() for number, end in enumerate(ends)
    ]
    astray = [application(identity(6, 0), 6, number, "2026-03-18T10:00:00Z") for number in range(3)]
    # whoever was turned down after all is not hired
    hired = [
        application(identity(1, number), 7, number, "2026-03-01T10:00:00Z", stage=5, status=1,
                    **({"disqualifyReason": 0} if number == 1 else {}))
        for number in range(len(SPELLINGS))
    ]
    return [*at_the_edge, *ended, *astray, *hired]


def guests(world: Mock) -> None:
    post(world, "/_mock/postings", postings())
    post(world, "/_mock/applications", applications())
