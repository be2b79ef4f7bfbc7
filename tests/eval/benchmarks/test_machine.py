from pathlib import Path

from eval.benchmarks.machine import count_cores, describe_machine

CPUINFO = """processor\t: 0
model name\t: Fast 9000
flags\t\t: fpu avx2 avx512f avx512_bf16 avx512_vnni
power management:

processor\t: 1
model name\t: Fast 9000
flags\t\t: fpu avx2 avx512f avx512_bf16 avx512_vnni
"""


def test_the_processor_and_what_it_multiplies_natively_are_told(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(CPUINFO)
    machine = describe_machine(tmp_path / "cpuinfo")
    assert machine.processor == "Fast 9000"
    assert machine.instructions == {
        "AVX2": True,
        "AVX-512": True,
        "AVX-512 bf16": True,
        "VNNI": True,
        "AMX bf16": False,
        "AMX int8": False,
    }
    assert machine.cores == count_cores() >= 1
    assert "torch" in machine.libraries


def test_a_system_that_lists_no_flags_is_described_all_the_same(tmp_path: Path) -> None:
    machine = describe_machine(tmp_path / "none")
    assert machine.system
    assert not any(machine.instructions.values())
