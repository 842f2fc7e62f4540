import unittest
from types import SimpleNamespace

from crossdock_sdk import Failure, Json, Request, Status, StatusTable, country, each, glue, host, kept, money, testing, time
from crossdock_sdk import types
from crossdock_sdk.types import FailureKind


def answering(**response: object) -> testing.Recorded:
    recorded = testing.Recorded([{"response": response}])
    host.connect(recorded)
    return recorded


class Reading(unittest.TestCase):
    def test_what_is_missing_is_named_with_its_path(self) -> None:
        answer = Json({"parcels": [{"id": "1", "city": " "}, {}]})
        first, second = answer.at("parcels").list()
        self.assertEqual((first.at("id").text(), first.at("city").text_or_none()), ("1", None))
        for act, words in (
            (second.at("id").text, "parcels[1].id: missing"),
            (first.at("id", "inner").text, "parcels[0].id: expected an object, found text"),
            (answer.at("parcels").text, "parcels: expected text, found a list"),
        ):
            with self.assertRaises(Failure) as raised:
                act()
            self.assertEqual(raised.exception.kind, FailureKind.UNEXPECTED_ANSWER)
            self.assertTrue(raised.exception.message.endswith(words), raised.exception.message)

    def test_couriers_json_is_read_as_they_write_it(self) -> None:
        answer = Json({"one": {"id": 7}, "count": "12", "flag": "TRUE", "none": None, "half": "1.5", "whole": 3.0})
        self.assertEqual([element.at("id").text() for element in answer.at("one").list()], ["7"])
        self.assertEqual((answer.at("count").integer(), answer.at("half").integer_or_none()), (12, None))
        self.assertEqual([Json(value).count_or_none() for value in (7, -1, 2**40, "8")], [7, None, None, 8])
        self.assertEqual((answer.at("whole").text(), answer.at("flag").flag_or_none()), ("3", True))
        self.assertEqual((answer.at("none").list(), answer.at("none", "deeper").text_or_none()), ([], None))

    def test_what_is_no_json_is_an_unexpected_answer(self) -> None:
        for body in ("<html>", "[" * 1000, "NaN", '{"a": 1'):
            answering(status=200, body=body)
            with self.assertRaises(Failure) as raised:
                Request.get("api", "/").send().json()
            self.assertEqual((raised.exception.kind, raised.exception.courier_status), (FailureKind.UNEXPECTED_ANSWER, 200))


class Asking(unittest.TestCase):
    def test_requests_are_as_the_contract_wants_them(self) -> None:
        request = Request.get("api", "/v1/parcels").path_segment("AB/C ü.~'").path("/events").query("a", None).contract()
        self.assertEqual(request.path, "/v1/parcels/AB%2FC%20%C3%BC.~%27/events")
        self.assertEqual((request.query, request.repeatable), ([], True))
        self.assertEqual(Request.post("api", "/f").form({"a b": "c&d", "e": "+"}).contract().body, b"a%20b=c%26d&e=%2B")
        with self.assertRaises(Failure) as raised:
            Request.get("api", "/v1").path_segment("..").send()
        self.assertEqual(raised.exception.code, "bad-request")

    def test_plain_statuses_become_kinds(self) -> None:
        answering(status=429, headers={"Retry-After": "7"}, body="slow down")
        with self.assertRaises(Failure) as raised:
            Request.get("api", "/").send().error_for_status()
        failure = raised.exception
        self.assertEqual((failure.kind, failure.retry_after_ms), (FailureKind.RATE_LIMITED, 7000))
        dates = {"date": "Wed, 21 Oct 2015 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}
        answering(status=503, headers=dates)
        self.assertEqual(Request.get("api", "/").send().retry_after_ms(), 30_000)


class Telling(unittest.TestCase):
    def test_times_keep_what_the_courier_stated(self) -> None:
        known = types.Moment(at="2025-06-01T12:30:00+02:00", local="2025-06-01T12:30:00", zone_known=True)
        for text in ("2025-06-01T12:30:00+02:00", "2025-06-01T12:30:00.123+0200", "2025-06-01 12:30:00+02"):
            self.assertEqual(time.moment(text), known, text)
        self.assertEqual(time.moment("20250601 1230"), types.Moment(local="2025-06-01T12:30:00"))
        self.assertEqual(time.epoch_ms(0), time.moment("1970-01-01T00:00:00Z"))
        for text in ("", "2025-02-30T00:00:00Z", "2025-06-01T25:00:00", None):
            self.assertIsNone(time.moment(text))
        day = time.whole_day("20250701")
        self.assertEqual(day and day.latest and day.latest.local, "2025-07-01T23:59:59")

    def test_what_the_host_would_refuse_is_left_out(self) -> None:
        self.assertEqual(money(" 12,30", "nok"), types.Money(amount="12.30", currency="NOK"))
        for amount in ("", "1e3", "12.", "é", None, "1" * 40):
            self.assertIsNone(money(amount, "NOK"), amount)
        self.assertIsNone(money("1", "krone"))
        self.assertEqual([country(code) for code in ("se", " NO ", "SWE", None)], ["SE", "NO", None, None])

    def test_codes_are_found_whatever_their_case(self) -> None:
        table = StatusTable({"DEL": Status.DELIVERED})
        self.assertEqual((table.status(" del "), table.status("X"), table.get("X")), (Status.DELIVERED, Status.UNKNOWN, None))
        with self.assertRaises(ValueError):
            StatusTable({"a": Status.DELIVERED, "A": Status.UNKNOWN})

    def test_kept_values_become_documents(self) -> None:
        self.assertEqual(kept("kept:3"), types.DocumentContent_Kept(3))
        self.assertIsNone(kept("kept:x"))


class Serving(unittest.TestCase):
    def test_a_failure_takes_no_other_number_along_and_knows_what_had_left(self) -> None:
        class Tracking:
            def track(self, call: object, numbers: list[str]) -> list[object]:
                Request.post("api", "/search").send()
                return each(numbers, self.one)

            def one(self, number: str) -> types.Tracking:
                if number == "2":
                    raise Failure.not_found("unknown", "no such parcel")
                return types.Tracking(number=number, status=Status.UNKNOWN)

        answering(status=200, body={})
        first, second = self.served("Tracking", Tracking).track(testing.context(), ["1", "2"])
        self.assertEqual((type(first), type(second)), (testing.Ok, testing.Err))
        self.assertEqual((second.value.kind, second.value.request_sent), (FailureKind.NOT_FOUND, True))

    def test_a_mistake_in_the_plugin_is_told_in_the_log_before_it_ends_the_call(self) -> None:
        class Auth:
            def check(self, call: object) -> types.Account:
                raise TypeError("oh")

        recorded = answering()
        with self.assertRaises(TypeError):
            self.served("Auth", Auth).check(testing.context())
        self.assertEqual(recorded.lines, [(host.LogLevel.ERROR, "Auth.check: TypeError: oh")])

    def test_what_the_description_promises_must_be_there(self) -> None:
        with self.assertRaisesRegex(ImportError, "must have a class Rates"):
            glue.serve("Rates", SimpleNamespace(__name__="main"))

    def served(self, name: str, given: type) -> object:
        return glue.serve(name, SimpleNamespace(__name__="main", **{name: given}))()
