"""Acts that newswire tells in many words: ways of saying that the tables of test_clauses leave out."""

import pytest

from tests.processors.detect_case import acts, read

TOLD = {
    "ceasefire/declared": [
        "The envoy welcomed the announcement by the army and the rebels of a three-day truce.",
        "The marines announced a unilateral suspension of offensive operations in the town.",
        "Army announces pause in its offensive.",
    ],
    "ceasefire/agreed": [
        "The army accepted an appeal by the UN for a ceasefire with the rebels.",
        "Army accepts UN ceasefire call, officials said.",
        "The UN welcomed the agreement reached in Geneva between the parties on a ceasefire.",
        "A ten-day truce signed by both sides is set to start on Monday.",
        "A truce brokered by Qatar will allow buses to leave.",
        "The army and the rebels backed a truce.",
    ],
    "ceasefire/amended": [
        "The army shortened the daily pause to four hours.",
        "The truce was widened to three more towns.",
        "The hours of the truce were changed.",
        "The army opened two corridors for the duration of the truce.",
        "The evacuation under the truce was suspended.",
        "The ceasefire was suspended for six hours.",
        "The army brought the start of the truce forward by two days.",
        "The truce will now start at noon instead of dawn.",
        "The terms of the truce were changed.",
        "Under the truce an evacuation began, but the operation was suddenly suspended.",
    ],
    "ceasefire/denied": [
        "The rebels said that they had not agreed to a ceasefire.",
        "The rebels denied that they had agreed to a truce.",
        "The army denied there was any ceasefire.",
        "The ministry denied reports of a truce.",
    ],
    "ceasefire/ended": [
        "The rebels said they were no longer committed to the ceasefire.",
        "Rebels say no longer bound by the truce.",
        "The truce collapsed within hours.",
        "The moratorium on sorties for the air force over the province has reportedly ended.",
        "Under the truce deal, the last rebels and their families holed up in the old market quarter were evacuated.",
        "The truce has broken down.",
        "The army resumed air strikes after the pause.",
        "The rebels pulled out of the ceasefire.",
        "The army said it no longer considered itself bound by the truce.",
        "The ceasefire has unravelled.",
        "The pause in strikes expired at 7 pm.",
        "The general declared the ceasefire dead.",
        "The rebels called off their truce.",
        "The sides failed to renew the truce.",
    ],
    "ceasefire/in_force": [
        "Fighting mostly stopped across the province under a cessation of hostilities.",
        "The secretary of state wants to consolidate the ceasefire.",
        "Mediators met to shore up the truce.",
        "Thousands took advantage of the ceasefire to flee.",
    ],
    "ceasefire/proposed": [
        "A ceasefire will be proposed to the rebels.",
        "A truce was offered to the army.",
        "Plans for a ceasefire are to be endorsed by envoys.",
        "The army's offer of a truce was on the table.",
        "Rebels float three-day truce.",
        "The mediator put a ceasefire plan to both sides.",
        "The envoy proposed that both sides observe a ceasefire.",
        "The rebels said they would accept a truce if the siege ended.",
        "Mediators are close to a truce deal.",
        "The government is ready to stop shelling in return for the hostages.",
        "The rebel leader says he is willing to consider a ceasefire.",
        "The UN drew up a plan for a truce.",
        "The president raced to secure an extension of the truce.",
        "Mediators push to extend the truce.",
    ],
    "ceasefire/violated": [
        "The president accused the rebels of only pretending to observe the ceasefire.",
        "Three soldiers were wounded during the ceasefire.",
        "A ceasefire was agreed on Friday, but both sides stand accused of violations.",
        "The army accused the rebels of breaking the truce accord.",
        "The truce failed to halt the shelling.",
        "Both sides accused each other of breaking the truce.",
        "The army and the rebels traded accusations of truce violations.",
        "The rebels blamed the army for the breach of the ceasefire.",
        "Mortar fire hit the town hours into the truce.",
        "Shelling was heard across the city although a truce was in place.",
        "The truce was marred by gunfire.",
        "Rebels fired rockets just hours after agreeing to a ceasefire.",
        "Air strikes shattered a ceasefire hours after it began.",
        "Fighting raged on the last day of the truce.",
        "Truce violated by both sides, monitors say.",
        "Observers counted 30 breaches of the ceasefire.",
        "The truce has been tested by clashes in the north.",
        "The army did not respect the truce.",
        "Fighting goes on despite truce.",
    ],
    "ceasefire/rejected": [
        "The president vowed to continue the offensive despite pleas for a truce.",
    ],
    "ceasefire/urged": [
        "There must be an immediate ceasefire, the minister said.",
        "The rebels failed to renew the truce, with calls from the UN for an extension falling on deaf ears.",
        "Two members vetoed a resolution demanding a ten-day truce.",
        "Ministers said it was time to stop fighting.",
        "The two presidents agreed on the need for a truce.",
    ],
    "siege/agreed": [
        "The two sides agreed on terms to lift the siege.",
        "The army and the rebels agreed to end the siege.",
    ],
    "siege/amended": [
        "The militia handed over the airport, opening the way for aid to the besieged town.",
        "Aid entered the besieged town for the first time in months.",
        "The army allowed food into the besieged town.",
        "The army eased the blockade.",
        "Hundreds of civilians were evacuated from the besieged town.",
    ],
    "siege/declared": [
        "The government halted the entry of all goods and supplies into the enclave.",
        "Army blocks all aid into the enclave.",
        "The last bridge to the town fell at dawn.",
        "The army blew up the last bridge into the town.",
        "The president orders his general to blockade the besieged port until it gives in.",
        "Rebels laid siege to the town.",
        "Rebels advanced from two sides and encircled the town.",
        "The government accused the rebels of laying siege to the town.",
        "The navy imposed a blockade on the port.",
        "The army has encircled the city.",
        "The rebels cut the last road into the town, completing the siege.",
        "The army closed the last supply road into the town.",
    ],
    "siege/denied": [
        "The army denied it was blockading the town.",
    ],
    "siege/ended": [
        "Rebels leave the town after a two-year siege.",
        "Forces have withdrawn from the north - including the besieged city of Idlib.",
        "The army captured the besieged town.",
        "The besieged town fell to the rebels.",
        "Government forces broke through the siege of the town.",
        "The last defenders of the besieged town surrendered.",
        "The siege of the town is over.",
        "The rebels withdrew from the besieged town.",
        "Troops stormed the besieged compound and freed the hostages.",
        "The blockade of the port was lifted on Monday.",
        "The army took full control of the besieged town.",
        "The besieged town has been fully recaptured.",
        "The army declared victory in the besieged town.",
        "Rebels end their siege of the base.",
    ],
    "siege/extended": [
        "The navy prolonged the blockade by a month.",
    ],
    "siege/in_force": [
        "Rebel gunners besieging the town let nobody out.",
        "The town remains under siege.",
        "The siege of the town entered its third month.",
        "Thousands are trapped by the siege.",
        "The army blocked an aid convoy bound for the besieged town.",
    ],
    "siege/rejected": [
        "The army refused to lift the blockade.",
        "The army said it would lift its siege of the town only if the rebels left.",
        "The militia would lift the siege only after the prisoners were freed.",
    ],
    "siege/urged": [
        "We demand that the army end its siege of the university, the rebels said.",
        "The UN called on the army and its backers to agree to a ceasefire at once and to lift the siege of the town.",
        "The UN called for the blockade to be lifted.",
        "France urged the army to lift the siege.",
        "The pope appealed for an end to the siege.",
    ],
    "siege/violated": [
        "A convoy to the besieged town had to turn around.",
        "The team that was to lead people out of the besieged town was forced to turn back.",
        "The Red Cross had to postpone the evacuation of the besieged town.",
        "The army accused the rebels of an attack on a humanitarian corridor out of the besieged town.",
        "Tanks attacked where there was supposed to be a humanitarian corridor out of the besieged town.",
        "Shelling forced the evacuation of the besieged town to be called off.",
        "Buses sent to the besieged town were turned back at a checkpoint.",
        "The rebels accused the army of shelling the humanitarian corridor out of the besieged town.",
        "The convoy could not reach the besieged town because the army refused to let it pass.",
        "The evacuation of civilians from the besieged town failed again.",
        "The besiegers did not let aid into the besieged town as they had promised.",
        "The promised corridor out of the besieged town was shelled.",
        "The evacuation from the besieged town was halted by gunfire.",
        "The army prevented civilians from leaving the besieged town.",
    ],
    "ultimatum/agreed": [
        "The rebels complied with the ultimatum.",
        "The garrison laid down its arms before the deadline.",
    ],
    "ultimatum/amended": [
        "The army brought its deadline forward to Thursday.",
    ],
    "ultimatum/declared": [
        "The rebels must release all hostages by midday on Saturday, the president said.",
        "The rebels ordered soldiers in the town to lay down their weapons before a 48-hour deadline expired.",
        "The rebels face a new deadline to leave the town.",
        "Army orders villagers to evacuate by Friday.",
        "The army gave residents 24 hours to leave the town.",
        "The rebels told the garrison to surrender by midnight or be attacked.",
        "The army ordered the people of five villages to evacuate immediately.",
        "Surrender or die, the general told the rebels.",
        "The junta set a deadline of Friday for the hostages to be released.",
        "The army warned civilians to leave the district before an attack.",
        "Lay down your arms by 6 am, army tells defenders.",
        "The rebels threatened to kill the hostages unless the army withdrew.",
        "The militia demanded that the army withdraw within 48 hours.",
    ],
    "ultimatum/denied": [
        "The army denied issuing an ultimatum.",
    ],
    "ultimatum/ended": [
        "The deadline for the rebels to surrender passed.",
        "The ultimatum expired without an answer.",
        "The army shelled the town at the expiry of its ultimatum.",
    ],
    "ultimatum/extended": [
        "The army extended the deadline for the rebels to leave by a day.",
        "The army gave the rebels another day to meet its deadline.",
    ],
    "ultimatum/in_force": [
        "The rebels have until Friday to leave.",
    ],
    "ultimatum/rejected": [
        "The defenders refused to lay down their arms by the deadline.",
        "The mayor rejected the demand to surrender the town.",
        "The rebels dismissed the ultimatum.",
        "Rebels vow to fight on after surrender deadline.",
    ],
}


@pytest.mark.parametrize(("act", "sentence"), [(act, s) for act, told in TOLD.items() for s in told])
def test_an_act_is_read_in_other_words(act: str, sentence: str) -> None:
    assert act in acts(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Explosions and gunfire continued to rock the town on Monday.",
        "Sounds of shelling were reported from two suburbs.",
        "Sporadic gunfire was heard near the airport.",
    ],
)
def test_fire_breaks_a_truce_that_the_article_tells_of_elsewhere(sentence: str) -> None:
    truce = "The army and the rebels had agreed to a three-day truce on Sunday."
    assert "ceasefire/violated" in acts(f"{truce} {sentence}")
    assert "ceasefire/violated" not in acts(f"Mediators called for a truce. {sentence}")
    assert "ceasefire/violated" not in acts(f"{truce} The truce collapsed within hours. {sentence}")


def test_what_is_told_before_a_question_is_told() -> None:
    assert acts("The army declared a truce Sylvania: who fights whom, and what is at stake?") == {"ceasefire/declared"}
    assert acts("Sylvania: has the army declared a truce?") == set()


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        ("The rebels called for a ceasefire on Sunday.", "The army rejected the calls.", "ceasefire/rejected"),
        ("The rebels asked for a truce.", "The government refused to meet their demand.", "ceasefire/rejected"),
        ("The army told rebels to leave the city by Friday.", "The rebels rejected the calls.", "ultimatum/rejected"),
        (
            "The army told rebels to leave by Friday. It opened roads.",
            "Rebels rejected the calls.",
            "ultimatum/rejected",
        ),
    ],
)
def test_an_answer_is_of_what_was_just_asked(asked: str, answer: str, told: str) -> None:
    assert told in acts(f"{asked} {answer}")


def test_an_answer_to_something_else_is_none() -> None:
    told = acts("A truce was agreed on Friday. The ministry spoke of trade. The army rejected calls by the press.")
    assert told == {"ceasefire/agreed"}


def test_people_who_stay_in_their_homes_refuse_no_truce() -> None:
    told = acts("A truce came into force on Friday. Elderly men refused to leave their villages.")
    assert told == {"ceasefire/in_force"}


def test_what_also_goes_with_what_was_said_earlier_is_earlier() -> None:
    (_, extended) = read("The army earlier said that it had declared a truce. It also extended the truce by a day.")
    assert (extended.act, extended.is_background) == ("extended", True)


@pytest.mark.parametrize(
    "sentence",
    [
        "The army denied breaking the ceasefire.",
        "The army denied accusations that it had broken the truce.",
        "The general drops another nuclear threat on the rebels.",
        "The rebels said that they were ready to negotiate a truce.",
        "The strategy of laying siege to towns is an old one.",
        "Talks aimed at securing a ceasefire have been suspended, mediators said.",
    ],
)
def test_what_only_sounds_like_it_is_nothing(sentence: str) -> None:
    assert acts(sentence) == set()


@pytest.mark.parametrize("title", ["New surrender deadline in Aleppo", "Fresh ultimatum for rebels in Aleppo"])
def test_a_headline_may_have_no_verb(title: str) -> None:
    assert acts("", title=title) == {"ultimatum/declared"}


def test_who_faces_a_deadline_did_not_set_it() -> None:
    (found,) = read("The rebels face a new deadline to leave Aleppo in Syria.")
    assert "rebels" in " ".join(found.target)


def test_a_refused_offer_of_corridors_needs_no_call_before_it() -> None:
    assert "ceasefire/rejected" in acts("The rebels on Monday rejected the army's offer of humanitarian corridors.")


def test_a_truce_that_somebody_dismissed_is_rejected() -> None:
    told = acts("The rebels declared a ceasefire on Sunday, a call that the government dismissed as a joke.")
    assert told == {"ceasefire/declared", "ceasefire/rejected"}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The army accepted a UN proposal for a two-month truce.", {"ceasefire/agreed"}),
        ("A truce held as trucks with aid entered the town.", {"ceasefire/in_force"}),
        ("The truce held as talks continued.", {"ceasefire/in_force"}),
        ("The envoy warned the army to halt its attacks.", {"ceasefire/urged"}),
        ("A truce was in force, but rebels refused to let the wounded leave.", {"ceasefire/in_force"}),
    ],
)
def test_a_sentence_says_no_more_than_that(sentence: str, told: set[str]) -> None:
    assert acts(sentence) == told


def test_a_headline_that_refuses_to_extend_extends_nothing() -> None:
    assert "ceasefire/extended" not in acts("", title="Rebels end holiday ceasefire, refuse to extend")


def test_mount_is_no_verb() -> None:
    assert acts("", title="Mount Sinjar siege broken by army") == {"siege/ended"}
