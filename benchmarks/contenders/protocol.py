"""The runner's protocol for Python: protocol.mjs, see there."""

import json
import math
import sys
from time import perf_counter

WARM_UP = 1000
TOO_LONG = 2500
TOO_LONG_FOR_TWO = 45_000


class Server:
    def __init__(self, works):
        self.works = works
        self.ready = None

    def time(self, iterations):
        run, _ = self.ready
        start = perf_counter()
        for _ in range(iterations):
            run()
        return (perf_counter() - start) * 1000

    def prepare(self, spec, warm):
        self.ready = None
        make = self.works.get(spec["kind"])
        if make is None:
            return {"skipped": f"it has no {spec['kind']}"}
        self.ready = make(spec)
        if not warm:
            return {}
        first = self.time(1)
        if first > TOO_LONG_FOR_TWO:
            return {"iteration": first, "slow": True}
        run, read = self.ready
        start = perf_counter()
        result = run()
        iteration = (perf_counter() - start) * 1000
        check = read(result)
        if iteration > TOO_LONG:
            return {"iteration": iteration, "check": check, "slow": True}
        iterations, spent = 1, 0
        while spent < WARM_UP:
            milliseconds = self.time(iterations)
            spent += milliseconds
            iteration = milliseconds / iterations
            iterations = min(2 * iterations, max(1, math.ceil(WARM_UP / 3 / iteration)))
        return {"iteration": iteration, "check": check}

    def answer(self, request):
        try:
            if request["op"] == "prepare":
                return self.prepare(request["spec"], request["warm"])
            if request["op"] == "time":
                return {"milliseconds": self.time(request["iterations"])}
            return {"error": "unknown request " + request["op"]}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


def serve(version, works, note=None):
    """Answers requests until standard input closes; `works` makes of a spec a pair of run and read."""
    server = Server(works)
    say({"version": version, "note": note})
    for line in sys.stdin:
        say(server.answer(json.loads(line)))


def say(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
