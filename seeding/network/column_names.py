"""What the name of a column says: whether it holds an end of an arc, which end, or something else.

Names are cut into words (``:START_ID(Person)`` into start and id, ``followerName`` into follower and name),
and each word is looked up here. What a name cannot say, the values must (`seeding.network.column_kinds`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal, NamedTuple

Role = Literal["source", "target", "follower", "followed", "person", "attribute", "item", "time"] | None


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# One end influences the other ...
_SOURCE = _set(
    "source src from start sender tail begin origin initiator quelle von origen origine fonte kalla "
    "kilde bron kaynak zrodlo источник 源 来源 起点"
)
_TARGET = _set(
    "target tgt dst dest destination to end receiver recipient head sink ziel nach destino destinazione "
    "mal doel hedef cel цель 目标 终点"
)
# ... or pays attention to it, so that influence flows back.
_FOLLOWER = _set(
    "retweeting reposting replying mentioning quoting liking voting subscribing citing quoter follower "
    "fan subscriber retweeter reposter resharer reblogger liker viewer watcher listener reader replier "
    "commenter mentioner voter admirer supporter patron backer stan influenced influencee seguidor "
    "seguidora abonne suiveur anhanger folger takipci подписчик 粉丝"
)
# What somebody does (user, follows) tells by itself who the other end is; what somebody is (star) does not.
_DONE_TO = _set(
    "cited quoted followed followee following follows retweeted retweetee reposted reshared reblogged "
    "liked likee viewed watched replied mentioned mentionee voted votee subscribed subscribee "
    "subscription admired supported seguido seguida suivi gefolgt"
)
_FOLLOWED = _DONE_TO | _set(
    "author tweeter poster writer uploader owner chaine canal kanal idol star celebrity celeb "
    "influencer creator artist channel streamer brand leader publisher broadcaster kol blogger youtuber "
    "tiktoker"
)
_DOES_TO = _set("subscribes listens listened replies responds responded")
# Words that only say that somebody is meant, or how they are named.
_USER = _set(
    "user account person member customer actor username people profile ego man woman player individual"
)
_NAMING = _set(
    "url id ids name node vertex uid screen handle label key nick nickname display full code title "
    "entity did uri page"
)
_PARTNER = _set("friend alter partner other neighbor neighbour contact peer colleague coauthor")
_ITEM = _set(
    "item cascade event story hashtag tweet post video product topic message action content meme "
    "article thread conversation song movie track question campaign session order transaction"
)
_TIME = _set(
    "time timestamp ts date datetime dt day month year hour when at created posted seen since timeset "
    "interval duration start_time end_time"
)
# What is known of a row or of a person, never a person.
_ATTRIBUTE = _set(
    "weight weights w count counts number num freq frequency strength score rating amount value quality "
    "text comment type kind category relation relationship rel platform country city lang language age "
    "gender sex followers fans likes views subscribers posts tweets cost price fee rate budget "
    "probability prob percent share engagement email mail phone bio description verified rank index idx "
    "row rowid nr no eid edge lat lon latitude longitude distance similarity currency niche size reach "
    "direction directed undirected mutual interest interests"
)
# ... and those that tell a roster, or a list of influencers, from an ordinary list of people.
_BOUGHT = _set("cost price fee budget")
_OF_PERSON = _BOUGHT | _set(
    "age gender sex country city lang language followers fans likes views subscribers posts tweets "
    "engagement email mail phone bio description verified niche platform category interest interests "
    "currency"
)
_COUNTER = _set("index idx row rowid nr no rank num number unnamed eid edge")
_PAIRS = {
    ("1", "2"),
    ("0", "1"),
    ("a", "b"),
    ("x", "y"),
    ("i", "j"),
    ("u", "v"),
    ("one", "two"),
    ("i", "ii"),
} | {
    ("left", "right"),
    ("first", "second"),
}
# A name says what it is within so many characters.
_LONGEST = 200
_ENDINGS = ("nodeid", "userid", "username", "node", "user", "name", "id")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]+|\d+")


class Meaning(NamedTuple):
    """What a column's name says.

    Attributes
    ----------
    role
        Which end of an arc it holds, or what else; None where the name does not say.
    rest
        The words besides the one that says it: ``from_user`` and ``to_user`` have the same.
    """

    role: Role
    rest: tuple[str, ...]


@cache
def words(name: str) -> tuple[str, ...]:
    """Cut a column's name into words, whatever its case, accents and punctuation."""
    text = unicodedata.normalize("NFKC", name[:_LONGEST]).strip().lstrip(":#")
    text = re.sub(r"\([^()]*\)$", "", text)
    text = re.sub(r"(?<=\w):\w+(\[\])?$", "", text)
    text = _CAMEL.sub(" ", text)
    plain = unicodedata.normalize("NFKD", text.casefold())
    found = _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    return tuple(part for word in found for part in _cut_ending(word))


def _cut_ending(word: str) -> tuple[str, ...]:
    """Cut ``followerid`` into follower and id."""
    if word in _USER or word in _NAMING:
        return (word,)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and stem in _SOURCE | _TARGET | _FOLLOWER | _FOLLOWED | _USER | _ITEM | {
            "edge",
            "row",
        }:
            return stem, ending
    return (word,)


@cache
def meaning(name: str) -> Meaning:
    """Say what a column's name tells of what it holds."""
    said = words(name)
    if not said:
        return Meaning(None, ())
    if said[-1] == "by" and len(said) > 1 and said[0] in _DONE_TO:
        return Meaning("follower", ())
    if said[-1] == "to" and said[0] in _DONE_TO | _DOES_TO:
        return Meaning("followed", ())
    if said[:3] == ("in", "reply", "to"):
        return Meaning("followed", said[3:])
    for kinds, role in (
        (_ATTRIBUTE, "attribute"),
        (_TIME, "time"),
        (_SOURCE, "source"),
        (_TARGET, "target"),
        (_FOLLOWER, "follower"),
        (_FOLLOWED, "followed"),
        (_ITEM, "item"),
    ):
        place = next((place for place, word in enumerate(said) if word in kinds), None)
        if place is not None:
            return Meaning(role, said[:place] + said[place + 1 :])  # type: ignore[arg-type]
    people = _USER | _NAMING | _PARTNER
    named = all(word in people or word.isdigit() for word in said) and any(word in people for word in said)
    return Meaning("person" if named else None, said)


def is_verb(name: str) -> bool:
    """Tell whether a name says what is done to somebody: followed, retweeted."""
    return any(word in _DONE_TO for word in words(name))


def is_user(name: str) -> bool:
    """Tell whether a name means a person, and not merely some name or number."""
    return any(word in _USER for word in words(name))


def says_follower(words_left: tuple[str, ...]) -> bool:
    """Tell whether the words beside source or target mean who follows: from_follower."""
    return any(word in _FOLLOWER for word in words_left)


def says_followed(words_left: tuple[str, ...]) -> bool:
    """Tell whether the words beside source or target mean who is followed: to_followed."""
    return any(word in _FOLLOWED for word in words_left)


def is_partner(name: str) -> bool:
    """Tell whether a name means somebody seen from somebody else: friend, neighbour."""
    return any(word in _PARTNER for word in words(name))


def is_bought(name: str) -> bool:
    """Tell whether a name is that of a price."""
    return words(name) == ("rate",) or any(word in _BOUGHT for word in words(name))


def is_of_person(name: str) -> bool:
    """Tell whether a name is that of something known of a person, and not of a connection."""
    return any(word in _OF_PERSON for word in words(name))


def is_counter(name: str) -> bool:
    """Tell whether a name is that of a row's number."""
    said = words(name)
    return not said or said[0] in _COUNTER or said in (("id",), ("unnamed", "0"))


def same_rest(first: Meaning, second: Meaning) -> bool:
    """Tell whether two names differ only in the word that says which end they are."""
    if first.rest == second.rest:
        return True
    naming = _USER | _NAMING
    return set(first.rest) <= naming and set(second.rest) <= naming


def are_twins(first: str, second: str) -> bool:
    """Tell whether two names are one name, numbered: userA and userB, id_1 and id_2."""
    one, two = words(first), words(second)
    if len(one) != len(two) or len(one) < 2:
        return False
    differing = [pair for pair in zip(one, two, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and differing[0] in _PAIRS


def normal_name(name: str) -> str:
    """Bring a column's name to the form in which names are compared: ``From_Node ID`` is ``fromnodeid``."""
    return re.sub(r"[\s_\-]+", "", name).casefold()
