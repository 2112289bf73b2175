"""Who works here: badge, name and password, change of person, and the half-done unit that stays."""

from msgspec.structs import replace

from station.flow.effects import Record, SignIn
from station.flow.facts import Briefed, Pressed, ServerSaid, ServerState, SignInAnswered
from support.operator import WIP, Operator, briefing


def test_a_station_without_briefing_says_what_to_do():
    operator = Operator(signed_in=False)
    for server in ServerState:
        operator.gets(ServerSaid(state=server))
        assert operator.screen.headline
        assert operator.screen.detail[0]
        assert operator.keys == ["set-up", "menu"]


def test_nothing_is_started_before_the_first_briefing_but_a_kept_unit_can_be_finished():
    started = Operator(5)
    started.starts()
    operator = Operator(signed_in=False, kept=started.kept)
    assert operator.scans(WIP) == []
    assert operator.screen.headline == "Not ready yet"
    operator.presses("sign-in")
    operator.types("username", "lee")
    operator.types("password", "x")
    operator.presses("enter")
    operator.gets(SignInAnswered(username="lee"))
    event = operator.completes("pass")
    assert (event.unit, event.operator) == (WIP, "lee")


def test_a_badge_signs_in_and_brings_the_persons_language():
    operator = Operator(3, signed_in=False)
    assert operator.screen.language == "ko"
    operator.scans("badge-lee")
    assert (operator.screen.operator, operator.screen.language) == ("Lee", "en")
    assert operator.screen.headline == "Scan the WIP label"
    assert operator.kept["language"] == "en"


def test_a_badge_works_without_the_server():
    operator = Operator(3, signed_in=False)
    operator.gets(ServerSaid(state=ServerState.OFFLINE))
    operator.scans("BADGE-KIM")
    assert operator.screen.operator == "김민수"


def test_an_unknown_badge_is_refused():
    operator = Operator(3, signed_in=False)
    assert operator.scans("BADGE-NOBODY") == []
    assert operator.state.operator == ""
    assert operator.screen.tone == "bad"


def test_a_unit_is_not_started_before_somebody_signed_in():
    operator = Operator(3, signed_in=False)
    assert operator.scans(WIP) == []
    assert operator.screen.headline == "배지를 먼저 스캔하세요"


def test_the_own_badge_again_changes_nothing():
    operator = Operator(3)
    operator.waits(3)
    operator.scans("BADGE-LEE")
    assert operator.screen.headline == "You are signed in"


def test_another_badge_keeps_the_half_done_unit_and_answers_for_its_completion():
    operator = Operator(5)
    start = operator.starts()
    operator.scans("BADGE-KIM")
    assert operator.screen.code == WIP
    done = operator.completes("pass")
    assert (start.operator, done.operator, done.start_event_id) == ("lee", "kim", start.event_id)


def test_signing_out_keeps_the_half_done_unit():
    operator = Operator(5)
    operator.starts()
    operator.scans("CMD-SIGN-OUT")
    assert operator.screen.code == WIP
    assert operator.presses("pass") == []
    operator.presses("ok")
    operator.scans("BADGE-LEE")
    assert operator.screen.progress is not None


def test_a_name_and_a_password_sign_in_and_the_password_is_forgotten():
    operator = Operator(3, signed_in=False)
    operator.presses("sign-in")
    operator.types("username", " Lee ")
    operator.types("password", "Trolley7")
    assert operator.presses("enter") == [SignIn(username="lee", password="Trolley7")]
    assert "Trolley7" not in repr(operator.state)
    operator.gets(SignInAnswered(username="lee"))
    assert operator.screen.operator == "Lee"
    assert operator.screen.sheet is None


def test_a_person_the_briefing_does_not_know_yet_may_sign_in_by_password():
    operator = Operator(3, signed_in=False)
    operator.presses("sign-in")
    operator.types("username", "new")
    operator.types("password", "x")
    operator.presses("ok")
    operator.gets(SignInAnswered(username="new"))
    assert operator.screen.operator == "new"


def test_a_wrong_password_is_said_on_the_sheet():
    operator = Operator(3, signed_in=False)
    operator.presses("sign-in")
    operator.types("username", "lee")
    assert operator.presses("enter") == []
    assert operator.screen.sheet.note == "이름과 비밀번호를 모두 입력하세요"
    operator.types("password", "x")
    operator.presses("enter")
    operator.gets(SignInAnswered(username="lee", problem="BAD_CREDENTIALS"))
    assert operator.screen.sheet.note == "이름 또는 비밀번호가 틀림"
    assert operator.state.operator == ""


def test_an_answer_nobody_waits_for_signs_nobody_in():
    operator = Operator(3, signed_in=False)
    operator.gets(SignInAnswered(username="lee"))
    operator.presses("sign-in")
    operator.gets(SignInAnswered(username="lee"))
    assert operator.state.operator == ""
    operator.presses("cancel", "enter")
    assert operator.screen.tone == "bad"


def test_a_station_of_several_processes_asks_which():
    operator = Operator(3, 4)
    assert operator.screen.headline == "Choose a process"
    assert operator.scans(WIP) == []
    assert operator.screen.headline == "Choose a process first"
    operator.scans("CMD-PROCESS-4")
    assert operator.screen.process == "4 Firmware upload"
    assert operator.kept["process"] == "4"
    operator.presses("process:7")
    assert operator.screen.headline == "Not a process of this station"
    operator.presses("process:x")
    assert operator.screen.headline == "Not a process of this station"


def test_the_process_stays_while_a_unit_is_open():
    operator = Operator(3, 4)
    operator.presses("process:3")
    operator.starts()
    operator.presses("process:4")
    assert operator.screen.headline == "Finish the open unit first"
    operator.presses("process:3")
    assert operator.state.choices.process == 3


def test_a_new_briefing_takes_away_a_process_but_not_the_open_unit():
    operator = Operator(3)
    operator.starts()
    operator.gets(Briefed(briefing=briefing(4, 5)))
    assert operator.state.job.process == 3
    operator.completes("error")
    operator.gets(Briefed(briefing=briefing(4, 5)))
    assert operator.screen.headline == "Saving ERROR"
    operator.presses("ok")
    assert operator.state.choices.process == 0


def test_language_theme_and_sound_switch_at_once_and_are_kept():
    operator = Operator(3)
    operator.presses("settings")
    assert operator.screen.sheet.title == "Settings"
    operator.scans("CMD-LANGUAGE", "CMD-THEME", "CMD-SOUND")
    assert operator.screen.sheet.title == "설정"
    operator.presses("language", "theme", "theme")
    assert operator.kept == {"language": "en", "theme": "light", "sound": "off", "process": "3"}
    before = len(operator.sounds)
    operator.scans("???")
    assert len(operator.sounds) == before


def test_every_sheet_of_the_menu_opens_and_closes():
    operator = Operator(3)
    for key in ("history", "refused", "settings", "diagnostics", "help"):
        operator.gets(Pressed(key="menu"))
        assert key in operator.keys
        operator.presses(key)
        assert operator.screen.sheet.key == key
        operator.presses("ok")
        assert operator.screen.sheet is None


def test_a_station_that_gets_one_process_needs_no_choice():
    operator = Operator(3, signed_in=False)
    moved = replace(briefing(5), timezone="Nowhere/Land")
    operator.gets(Briefed(briefing=moved))
    assert operator.state.choices.process == 5
    assert operator.screen.clock == "10:00"


def test_leaving_is_asked_for_by_name():
    operator = Operator(3)
    assert [type(effect).__name__ for effect in operator.scans("CMD-LEAVE")] == ["Leave"]
    assert not [effect for effect in operator.effects if isinstance(effect, Record)]
