"""Who works here: sign-in by badge or password, sign-out. The half-done unit stays whoever comes or goes."""

from msgspec.structs import replace

from station.flow import plant, work
from station.flow.effects import Effect, Play, SignIn, Sound
from station.flow.facts import SignInAnswered
from station.flow.refusal import problem_key
from station.flow.state import Line, SheetState, State, Step, still


def sign_in(state: State, username: str) -> Step:
    """Let `username` work here, in their language; what rigs found in the meantime is recorded under that name."""
    person = plant.person(state, username)
    language = person.locale if person else state.choices.language
    held = state.held
    state = replace(
        state,
        operator=username,
        held=(),
        sheet=None,
        notice=None,
        choices=replace(state.choices, language=language),
    )
    effects: tuple[Effect, ...] = (Play(sound=Sound.GOOD),)
    for fact in held:
        state, more = work.rig(state, fact)
        effects += more
    return state, effects


def sign_out(state: State) -> Step:
    return replace(state, operator="", sheet=None, notice=None), ()


def ask(state: State) -> Step:
    """Send the name and the password of the sign-in sheet, and forget the password."""
    sheet = state.sheet
    if sheet is None or sheet.key != "sign-in":
        return work.refuse(state, "command.not_now")
    username, password = sheet.form.get("username", "").strip().lower(), sheet.form.get("password", "")
    if not username or not password:
        return replace(state, sheet=replace(sheet, problem=Line("sign_in.both"))), (Play(sound=Sound.WARN),)
    asked = SheetState(key="sign-in", form={"username": username}, problem=Line("sign_in.asked"))
    return replace(state, sheet=asked), (SignIn(username=username, password=password),)


def answered(state: State, fact: SignInAnswered) -> Step:
    """The answer counts while somebody waits for it: the sheet may have been closed."""
    sheet = state.sheet
    if sheet is None or sheet.key != "sign-in" or sheet.form.get("username") != fact.username.lower():
        return still(state)
    if not fact.problem:
        return sign_in(state, fact.username.lower())
    return replace(state, sheet=replace(sheet, problem=Line(problem_key(fact.problem)))), (
        Play(sound=Sound.BAD),
    )
