#!/usr/bin/env python3
"""Broken promises that are still owed, from Duly's SLA events on Kafka: a consumer to begin from.

    pip install -r requirements.txt
    python open_breaches.py 127.0.0.1:9092 [duly.sla.events.v1] [--once]

It keeps a small table in memory: read from the beginning at each start, so that it needs no store and no consumer group.
With --once it ends at the end of the topic and prints the table; without, it goes on and prints what changes.
"""

import argparse
import json

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

BREACHED = "duly.sla.breached.v1"
# What ends a clock: after it nothing is owed any more, however late it came.
ENDS = {"duly.sla.clock_met.v1", "duly.sla.clock_stopped_late.v1", "duly.sla.clock_cancelled.v1"}
RETRACTED = "duly.sla.retracted.v1"


class OpenBreaches:
    """The table. What it is given twice counts once, for events are known by their ids."""

    def __init__(self):
        self.standing = {}  # id -> (clock, is_breach, time)

    def take(self, kind, event_id, time, body):
        if kind == RETRACTED:
            # What was published no longer follows, and counts no more.
            self.standing.pop(body["retracts"], None)
        elif kind == BREACHED or kind in ENDS:
            clock = (body["subject"], body["policy"], body["objective"], body["cycle"])
            self.standing[event_id] = (clock, kind == BREACHED, time)
        # Types that are not known here are none of this table's business.

    def rows(self):
        ended = {clock for clock, is_breach, _ in self.standing.values() if not is_breach}
        breaches = ((clock, time) for clock, is_breach, time in self.standing.values() if is_breach)
        return sorted((*clock, time) for clock, time in breaches if clock not in ended)


def main():
    parser = argparse.ArgumentParser(description="Broken promises that are still owed.")
    parser.add_argument("bootstrap")
    parser.add_argument("topic", nargs="?", default="duly.sla.events.v1")
    parser.add_argument("--once", action="store_true", help="end at the end of the topic")
    args = parser.parse_args()

    consumer = Consumer({
        "bootstrap.servers": args.bootstrap,
        "group.id": "open-breaches",  # asked for by the client; nothing is committed
        "enable.auto.commit": False,
        "isolation.level": "read_committed",  # what a transaction has not committed was never said
        "enable.partition.eof": True,
    })
    partitions = consumer.list_topics(args.topic, timeout=30).topics[args.topic].partitions
    if not partitions:
        raise SystemExit(f"there is no topic {args.topic}")
    consumer.assign([TopicPartition(args.topic, number, OFFSET_BEGINNING) for number in partitions])

    table, at_end, shown = OpenBreaches(), set(), None
    while True:
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            at_end.discard(message.partition())
            headers = {name: value.decode() for name, value in message.headers() or []}
            table.take(headers["ce_type"], headers["ce_id"], headers["ce_time"], json.loads(message.value()))
        elif message is not None:
            if message.error().code() != KafkaError._PARTITION_EOF:
                raise KafkaException(message.error())
            at_end.add(message.partition())
        if len(at_end) == len(partitions) and (rows := table.rows()) != shown:
            shown = rows
            for row in rows:
                print("\t".join(map(str, row)), flush=True)
            print(f"# {len(rows)} open breaches", flush=True)
        if args.once and len(at_end) == len(partitions):
            consumer.close()
            return


if __name__ == "__main__":
    main()
