from index.training.statutes import FOLDS, Statutes, hold_out, split_by_article


def make_statutes(relevant: list[set[int]]) -> Statutes:
    articles = 1 + max(row for rows in relevant for row in rows)
    return Statutes(
        titles=tuple(f"甲法第{row}条" for row in range(articles)),
        bodies=tuple(f"第{row}种情形" for row in range(articles)),
        query_ids=tuple(str(i) for i in range(len(relevant))),
        queries=tuple(f"问{i}" for i in range(len(relevant))),
        relevant=tuple(frozenset(rows) for rows in relevant),
    )


def test_the_folds_held_out_are_every_question_once_and_the_same_at_every_call() -> None:
    statutes = make_statutes([{i % 5} for i in range(23)])
    folds = [hold_out(statutes, fold) for fold in range(FOLDS)]
    assert sorted(i for fold in folds for i in fold) == list(range(23))
    assert folds == [hold_out(statutes, fold) for fold in range(FOLDS)]
    assert hold_out(statutes, None) == []


def test_folds_by_article_share_none() -> None:
    statutes = make_statutes([{0, 1}, {1, 2}, {3}, {4}, {3, 5}, {6}, {7}, {2, 8}])
    folds = split_by_article(statutes)
    assert sorted(i for fold in folds for i in fold) == list(range(8))
    articles = [{row for i in fold for row in statutes.relevant[i]} for fold in folds]
    assert all(not one & other for n, one in enumerate(articles) for other in articles[:n])


def test_unseen_questions_are_those_whose_articles_no_other_question_has() -> None:
    statutes = make_statutes([{0}, {0, 1}, {2}, {3, 1}])
    assert statutes.find_unseen({1, 2}) == {2}
    assert statutes.find_unseen({0, 1}) == {0}
