import unittest
from pathlib import Path

import main
from crossdock_sdk import testing

FIXTURES = Path(__file__).parents[1] / "fixtures"


class Cases(unittest.TestCase):
    def test_every_case(self) -> None:
        for case in testing.cases(FIXTURES):
            with self.subTest(case.name):
                outcome = testing.run(main, case)
                self.assertEqual(outcome.problems, [])
                self.assertEqual(outcome.answer, outcome.expected)
