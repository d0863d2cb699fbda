"""Acts of clauses: tables of made-up sentences for each family and act."""

import pytest

from tests.processors.detect_case import acts

CEASEFIRE = {
    "urged": [
        "The United Nations called for an immediate ceasefire in the province.",
        "The pope appealed for a truce over the holidays.",
        "France urged both sides to observe a cease-fire.",
        "Ankara demanded a cessation of hostilities.",
        "Germany renewed its call for a truce.",
        "The foreign minister pleaded for a humanitarian pause.",
        "Brussels called on the army to halt air strikes.",
        "Washington pressed the army to extend the ceasefire.",
    ],
    "proposed": [
        "The rebels proposed a three-day truce.",
        "The general said he was ready for a ceasefire if the rebels withdrew.",
        "Insurgents offered a cease-fire in return for aid.",
        "The army said it was willing to extend the truce.",
        "The president put forward a ceasefire for the capital.",
        "The army is prepared to halt fire if the shelling stops, and suggested a truce.",
        "The mediator presented a truce of ten days.",
        "The group is open to a truce, its spokesman said.",
    ],
    "declared": [
        "The army announced a 72-hour ceasefire in the north.",
        "The president declared a unilateral truce from midnight.",
        "The rebels said they would halt attacks for three days.",
        "The ministry announced a humanitarian pause for Friday.",
        "A truce was announced on state television.",
        "The army has suspended air strikes on the eastern suburbs.",
        "The guerrillas will hold fire over Easter.",
        "The general ordered a halt to shelling for the holiday.",
    ],
    "agreed": [
        "The army and the rebels agreed to a ceasefire.",
        "Both sides have accepted a truce brokered in Geneva.",
        "A ceasefire was agreed on Thursday night.",
        "The factions signed a truce in Cairo.",
        "The warring parties reached a ceasefire deal.",
        "The rebels accepted the cease-fire.",
        "A truce has been reached between the army and the rebels.",
        "The two governments approved a truce.",
    ],
    "in_force": [
        "The ceasefire came into effect at dawn.",
        "The truce took effect at 6 am.",
        "The ceasefire is holding.",
        "A cease-fire went into force overnight.",
        "The truce held on Sunday.",
        "The humanitarian pause began on Thursday.",
        "The truce entered into force at noon.",
        "The ceasefire is in place.",
    ],
    "extended": [
        "The army extended the truce by 48 hours.",
        "The ceasefire was prolonged until Sunday.",
        "The sides agreed to extend the ceasefire.",
        "Both sides renewed the truce for a week.",
        "The truce has been extended for three days.",
        "The army announced an extension of the truce.",
        "The president prolonged the cease-fire.",
        "Army extends humanitarian pause in the city.",
    ],
    "rejected": [
        "The rebels rejected the truce.",
        "The general ruled out a ceasefire.",
        "The offer of a truce was rejected by the army, and the rebels refused the ceasefire.",
        "The army did not agree to a ceasefire.",
        "The rebels refused to extend the truce.",
        "The government dismissed the ceasefire as a trick.",
        "The militia turned down the truce.",
        "The army withdrew from ceasefire talks.",
    ],
    "violated": [
        "The army accused the rebels of breaking the ceasefire.",
        "Shelling continued despite the truce.",
        "The rebels violated the ceasefire.",
        "Clashes erupted hours after the truce began.",
        "The ceasefire was breached within minutes.",
        "The observers reported violations of the truce.",
        "The army failed to respect the cease-fire.",
        "Fighting rages despite ceasefire.",
    ],
    "ended": [
        "The army declared the ceasefire over.",
        "The truce expired at midnight.",
        "The ceasefire has collapsed.",
        "The army announced the end of the truce.",
        "The rebels called off the ceasefire.",
        "The truce was declared over on Monday.",
        "The sides agreed to end the ceasefire.",
        "The cease-fire broke down after two days.",
    ],
    "denied": [
        "The army denied that it had agreed to a truce.",
        "The rebels denied any ceasefire.",
        "There is no truce, the general said.",
        "The ministry denied reports of a ceasefire.",
        "The militia denied a ceasefire had been reached.",
        "The government denied claims of a cease-fire.",
        "The general said there was no ceasefire.",
        "The army denies it accepted the truce.",
    ],
}

SIEGE = {
    "declared": [
        "Government forces imposed a siege on the town.",
        "The army laid siege to the rebel stronghold.",
        "The navy began a blockade of the port.",
        "The president ordered the army to blockade the city.",
        "The militia reimposed its blockade.",
        "Rebel forces encircled the town on Monday.",
        "The army tightened the siege of the city.",
        "The coalition announced a naval blockade.",
    ],
    "in_force": [
        "The town has been under siege since April.",
        "About 20,000 people are trapped in the besieged city.",
        "The city is under siege.",
        "Residents remain besieged in the old quarter.",
        "The villages are besieged by the rebels.",
        "The rebels launched an offensive to break the siege.",
        "Civilians are starving amid a siege of the town.",
        "The port is still under blockade.",
    ],
    "ended": [
        "The army lifted the siege of the town.",
        "The rebels broke the siege of the city.",
        "The blockade was lifted on Sunday.",
        "The siege ended after forty days.",
        "The navy ended its blockade of the port.",
        "Fighters broke the siege on the eastern district.",
        "The army retook the besieged town.",
        "The blockade is over.",
    ],
    "rejected": [
        "The army refused to lift the siege.",
        "The militia refused to end its blockade.",
        "The general said he would only lift the siege after a surrender.",
    ],
    "urged": [
        "The United Nations called for the siege to be lifted and urged the army to lift the siege.",
        "Paris urged the navy to end the blockade.",
        "The secretary-general called on the army to lift its siege of the town.",
    ],
    "amended": [
        "Some 500 civilians were evacuated from the besieged town.",
        "The army opened a humanitarian corridor out of the besieged city.",
        "Dozens of wounded people left the besieged enclave.",
        "The evacuation of the besieged camp began.",
    ],
}

ULTIMATUM = {
    "declared": [
        "The army told the rebels to leave the city by Friday.",
        "The army gave the rebels 24 hours to surrender.",
        "The general issued an ultimatum to the militia.",
        "The army ordered residents to evacuate within six hours.",
        "The rebels warned the garrison to surrender or face an assault.",
        "The army set a deadline for the rebels to disarm.",
        "The coalition called on the fighters to lay down their arms by Monday.",
        "The army told civilians to leave the town before Sunday.",
    ],
    "rejected": [
        "The rebels rejected the ultimatum.",
        "The garrison refused the army's demand to surrender.",
        "The defenders defied the deadline to lay down arms.",
        "The militia rejected calls to surrender.",
    ],
    "ended": [
        "The deadline passed without a surrender.",
        "The rebels ignored the deadline.",
        "The ultimatum expired at noon.",
        "The army withdrew its ultimatum.",
    ],
    "agreed": [
        "The rebels accepted the ultimatum.",
        "The garrison complied with the ultimatum.",
    ],
    "extended": [
        "The army extended the deadline by a day.",
        "The general extended his ultimatum until Sunday.",
    ],
    "denied": ["The army denied that it had issued an ultimatum."],
}

CASES = [
    pytest.param(f"{family}/{act}", sentence, id=f"{family}-{act}-{i}")
    for family, table in (("ceasefire", CEASEFIRE), ("siege", SIEGE), ("ultimatum", ULTIMATUM))
    for act, sentences in table.items()
    for i, sentence in enumerate(sentences)
]


@pytest.mark.parametrize(("expected", "sentence"), CASES)
def test_a_clause_is_read_as_its_act(expected: str, sentence: str) -> None:
    assert expected in acts(sentence)


PARAPHRASES = [
    ("ceasefire/rejected", "The rebels rejected the truce.", "The truce was rejected by the rebels."),
    ("ceasefire/agreed", "The two sides agreed to a truce.", "Two sides agree to truce"),
    ("ceasefire/extended", "The army extended the truce.", "Truce extended by army"),
    ("ceasefire/ended", "The truce has ended.", "Army says truce is over"),
    ("ceasefire/declared", "The army announced a truce.", "A truce was announced by the army."),
    ("siege/ended", "The army lifted the siege.", "The siege was lifted by the army."),
    ("ceasefire/violated", "The army broke the truce.", "The truce was broken by the army."),
]


@pytest.mark.parametrize(("expected", "one", "other"), PARAPHRASES)
def test_paraphrases_keep_the_act(expected: str, one: str, other: str) -> None:
    assert expected in acts(one)
    assert expected in acts(other)


MINIMAL_PAIRS = [
    ("The army agreed to a truce.", "ceasefire/agreed", "The army did not agree to a truce.", "ceasefire/rejected"),
    ("The army agreed to a truce.", "ceasefire/agreed", "The army agreed to end the truce.", "ceasefire/ended"),
    (
        "The army extended the truce.",
        "ceasefire/extended",
        "The army refused to extend the truce.",
        "ceasefire/rejected",
    ),
    (
        "The army announced a truce.",
        "ceasefire/declared",
        "The army announced the end of the truce.",
        "ceasefire/ended",
    ),
    ("The army lifted the siege.", "siege/ended", "The army refused to lift the siege.", "siege/rejected"),
    ("The truce is over.", "ceasefire/ended", "The truce is not over.", "ceasefire/in_force"),
    ("The army accepted a truce.", "ceasefire/agreed", "The army denied it accepted a truce.", "ceasefire/denied"),
    (
        "The rebels accepted the ultimatum.",
        "ultimatum/agreed",
        "The rebels rejected the ultimatum.",
        "ultimatum/rejected",
    ),
    (
        "The army agreed to a truce, ending nine days of fighting.",
        "ceasefire/agreed",
        "Shelling raged on after a truce expired.",
        "ceasefire/ended",
    ),
    (
        "The two sides agreed to a truce.",
        "ceasefire/agreed",
        "The two sides agreed to a truce extension.",
        "ceasefire/extended",
    ),
    (
        "The truce expired on Thursday.",
        "ceasefire/ended",
        "No more buses will run after the truce expires on Thursday.",
        "ceasefire/in_force",
    ),
    (
        "Two presidents agreed on a truce.",
        "ceasefire/agreed",
        "Two presidents agreed on the need for a truce.",
        "ceasefire/urged",
    ),
    (
        "The truce ended at dawn.",
        "ceasefire/ended",
        "Families were told to head for the border ahead of the truce's end.",
        "ceasefire/in_force",
    ),
    (
        "Fighting rages during the truce.",
        "ceasefire/violated",
        "Fighting eases during the truce.",
        "ceasefire/in_force",
    ),
    (
        "The army has besieged the town.",
        "siege/declared",
        "The army has besieged the town since March.",
        "siege/in_force",
    ),
    (
        "The truce is being observed.",
        "ceasefire/in_force",
        "None of the truces has been respected.",
        "ceasefire/violated",
    ),
    ("The truce appears to be holding.", "ceasefire/in_force", "The truce does not hold.", "ceasefire/ended"),
    ("The truce is in effect.", "ceasefire/in_force", "The truce is to take effect on Sunday.", "ceasefire/agreed"),
]


@pytest.mark.parametrize(("one", "first", "other", "second"), MINIMAL_PAIRS)
def test_a_small_change_flips_the_act(one: str, first: str, other: str, second: str) -> None:
    assert acts(one) == {first}
    assert acts(other) == {second}


NOTHING = [
    "Talks on a truce resumed in Geneva.",
    "If a ceasefire were declared, aid could flow.",
    "Analysts doubt whether a truce could hold.",
    "There are hopes for a ceasefire before the holidays.",
    "The besieged town was shelled again.",
    "The army could impose a blockade.",
    "The state of siege was prolonged by parliament.",
    "Ceasefire talks are due next week.",
    "Will the rebels accept a truce?",
    "Villagers face a siege this winter.",
    "The navy held drills on how to meet a possible blockade.",
    "The colonel, who oversaw the siege years before, won a medal.",
    "Offices issued conflicting reports of a truce.",
    "An envoy complained that the army had only issued ultimatums.",
    "Two frigates arrived to evacuate foreign nationals from the besieged port.",
    "Envoys held talks on evacuating fighters from the besieged port.",
    "A truce may be imminent, diplomats say.",
    "Little is being done to stop attacks on convoys near the truce line.",
    "Renewed army shelling was heard near the old truce line.",
    "The deadline for foreign nationals to reach the airfield has passed.",
    "Gunmen used a bus as a blockade.",
    "The fleet ended its encirclement exercise.",
    "Talks on a truce failed earlier this week.",
    "Photographs brought back memories of the siege.",
    "The army left 40 people dead in the besieged town.",
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_is_only_wondered_about_is_no_announcement(sentence: str) -> None:
    assert acts(sentence) == set()


ELSEWHERE = [
    ("Coach gives striker ultimatum", "The club told the player to sign by Friday or leave before the season."),
    ("Supermarkets call truce in price war", "The companies agreed to a truce and shares rose."),
    ("Airline under siege from investors", "The company is under siege and its shareholders want a new director."),
    ("Singer besieged by fans", "The singer was besieged by fans outside the court."),
    ("Police end hotel siege by lone gunman", "Officers talked to the suspect until the court case."),
    ("Teachers besieged by new laws", "The union said that schools were under siege."),
    ("Palace and tabloids reach fragile truce", "The coronation calmed celebrities and reporters alike."),
    ("Noisy neighbours", "A father asked the man next door to stop firing his gun in the garden."),
    ("Senator lifts blockade of nominees", "Republicans and Democrats had asked him to end it."),
]


@pytest.mark.parametrize("title", ["Port under siege for a month", "Governor says siege of port goes on"])
def test_a_siege_needs_words_of_war_or_parties_known_to_be_at_war(title: str) -> None:
    assert acts("", title, "Shops are shut.") == set()
    assert acts("", title, "Shops are shut. Russia and Ukraine sent envoys.") == {"siege/in_force"}


@pytest.mark.parametrize(("title", "text"), ELSEWHERE)
def test_the_words_of_other_worlds_announce_nothing(title: str, text: str) -> None:
    assert acts("", title, text) == set()
