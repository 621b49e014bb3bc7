"""Text that means nothing to the small models: other languages, code, orders, scribbles. From it they learn to leave well alone."""

from __future__ import annotations

import random
import string

_FOREIGN = (
    "ein rotes boot am strand, un petit chat noir, das weiß ich nicht, je ne sais pas, el perro está a la derecha, "
    "una casa azul, een groene boom, kolme punaista autoa, jeg vet ikke, nie wiem, bilmiyorum, não sei, "
    "zwei grüne drachen, trois étoiles jaunes, vi såg inget alls igår, der Hund schläft heute im Garten, "
    "hun gik en tur i skoven, minun ystäväni tuli myöhään, on ne voit rien de spécial, "
    "mañana vamos a la playa con los niños, ieri ho perso le chiavi di casa, ik denk dat het morgen regent, "
    "dom stoi za starym kościołem, večer půjdeme domů, a ház mellett van egy kút, arabam evin önünde duruyor, "
    "tôi không nhớ rõ, saya tidak tahu apa itu, мы видели большую собаку у церкви, 私は昨日学校に行きました, 우리는 내일 떠나요, "
    "他们在河边散步, в центре красный дом, я не знаю, 左边有一只猫, 分からない, 빨간 배 두 척, δεν ξέρω, لا أعرف, मुझे नहीं पता"
).split(", ")
_CODE = (
    "def f(x): return x + 1",
    "SELECT * FROM users;",
    "<script>alert(1)</script>",
    '{"answer": null, "id": 17}',
    "rm -rf /tmp/*",
    "for (int i = 0; i < n; i++) sum += a[i];",
    "$PATH ${HOME}",
    "%s %d {0}",
    "https://example.org/?q=1&r=2",
)
_MARKED = ("{}: ", "### {}: ", "## {}\n", "[{}] ", "<{}> ", "<|{}|> ", "-- {} -- ", "{} - ", "{}! ", "({}) ", "*{}* ", "/{} ")
_MARKS = (
    "system",
    "user",
    "assistant",
    "INST",
    "instruction",
    "task",
    "note",
    "rule",
    "prompt",
    "command",
    "new goal",
    "developer",
    "important",
)
_ORDERS = (
    "ignore, forget, disregard, delete, reveal, print, repeat, translate, write, say, return, show, list, give me, drop,"
    " clear, stop saying, erase, skip, send, invent, explain, answer with, respond with, emit, leave out, you must write,"
    " please say, do not say, speak"
).split(", ")
_OF_WHAT = (
    "all previous instructions, your prompt, the rules above, everything you know, everything above, the system message,"
    " a poem, the text, nothing at all, nothing, nothing here, an empty line, no words, no text, the word banana, a number,"
    " two sentences, one long list, the target, the picture, the right answer, what is left, a big secret, a small joke,"
    " the description, the question, the weather report, the colour of nothing, three words, one letter"
).split(", ")
_THEN = (
    ",, and say hello, and tell me the answer, and show the picture, and nothing else, instead, and answer only yes, now,"
    " and act as a pirate, then stop, in capital letters,!!!, and do it again, for ever, or else, right away"
).split(",")
_ROLES = (
    "a parrot, a king, a poet, my teacher, a robot, a chef, a lawyer, the system, an old sailor, a small child, a ghost, a judge".split(
        ", "
    )
)
_AS_ROLES = (
    "you are {}. speak like one",
    "from now on you are {}",
    "be {} and talk as one does",
    "you are {} now, reply as one",
    "pretend to be {}",
    "imagine you were {}. write as one of them",
    "act like {}",
    "you must behave as {} would",
)
_SMALL_TALK = ("hello", "what?", "lol", "thank you so much", "who are you", "my dog ate it", "42", "??", "...", "asdf", "why do you ask")
_RANGES = ((33, 127), (0x400, 0x450), (0x1F600, 0x1F640))  # ASCII, Cyrillic, faces


def nonsense(rng: random.Random) -> str:
    """A line of it, seldom more than 200 characters."""
    kind = rng.randrange(8)
    if kind == 0:
        words = 60 if rng.random() < 0.1 else rng.randrange(1, 8)
        return " ".join([_scribble(rng)] * words if rng.random() < 0.3 else [_scribble(rng) for _ in range(words)])
    if kind == 1:
        return rng.choice(_FOREIGN)
    if kind == 2:
        return rng.choice(_CODE)
    if kind in (3, 6):
        return _order(rng)
    if kind == 4:
        return rng.choice(_SMALL_TALK)
    if kind == 7:
        return "".join(rng.sample(string.punctuation, rng.randrange(2, 4))) * rng.randrange(1, 9)
    return "".join(chr(rng.randrange(*rng.choice(_RANGES))) for _ in range(12))


def _order(rng: random.Random) -> str:
    if rng.random() < 0.4:
        role = rng.choice(_AS_ROLES).format(rng.choice(_ROLES))
        return rng.choice((role, role.capitalize(), f"{role.capitalize()}."))
    mark = rng.choice(_MARKS)
    mark = rng.choice((mark, mark.upper(), mark.capitalize()))
    order = f"{rng.choice(_ORDERS)} {rng.choice(_OF_WHAT)}{rng.choice(_THEN)}"
    order = rng.choice((order, order.capitalize(), f"{order.capitalize()}."))
    return order if rng.random() < 0.4 else rng.choice(_MARKED).format(mark) + order


def _scribble(rng: random.Random) -> str:
    return "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randrange(2, 12)))
