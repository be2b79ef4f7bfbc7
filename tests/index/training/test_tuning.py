import torch

from index.training.tuning import MasterAdamW, pad, restore_order


def test_steps_smaller_than_bfloat16_can_hold_add_up() -> None:
    weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.bfloat16))
    optimiser = MasterAdamW({"w": weight}, learning_rate=1e-4, steps=100)
    for _ in range(60):
        weight.grad = torch.tensor([1.0], dtype=torch.bfloat16)
        optimiser.step()
    # bfloat16 holds 1 and 0.996, nothing between: a plain step of 1e-4 would be lost each time.
    assert 0.994 < float(optimiser.trained()["w"]) < 0.998
    assert float(weight.detach()) == 0.99609375


def test_a_frozen_weight_is_not_among_the_trained() -> None:
    frozen = torch.nn.Parameter(torch.tensor([1.0]), requires_grad=False)
    live = torch.nn.Parameter(torch.tensor([1.0]))
    assert set(MasterAdamW({"frozen": frozen, "live": live}, learning_rate=1e-3, steps=1).trained()) == {"live"}


def test_padding_and_order_come_back() -> None:
    ids, mask = pad([[5, 6, 7], [8]], 1)
    assert ids.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
    assert restore_order(torch.tensor([20, 0, 10]), [2, 0, 1]).tolist() == [0, 10, 20]
