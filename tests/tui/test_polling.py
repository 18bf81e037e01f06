from alwsl_tui.tui.polling import Looking


def test_a_look_that_was_forgotten_never_takes_the_place_of_one_that_counts() -> None:
    old, new = Looking.Found(1, turn=0), Looking.Found(2, turn=1)
    assert old.can_replace(new)
    assert not new.can_replace(old)
    assert new.can_replace(Looking.Found(3, turn=1))
