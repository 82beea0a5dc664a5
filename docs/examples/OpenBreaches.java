import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Broken promises that are still owed, from Duly's SLA events on Kafka: a consumer to begin from.
 *
 * <pre>java -cp 'lib/*' OpenBreaches.java 127.0.0.1:9092 [duly.sla.events.v1] [--once]</pre>
 *
 * where lib has kafka-clients and jackson-databind. It keeps a small table in memory: read from the beginning at each start, so
 * that it needs no store and no consumer group. With --once it ends at the end of the topic and prints the table; without, it
 * goes on and prints what changes.
 */
public final class OpenBreaches {
    static final String BREACHED = "duly.sla.breached.v1";
    /** What ends a clock: after it nothing is owed any more, however late it came. */
    static final Set<String> ENDS =
            Set.of("duly.sla.clock_met.v1", "duly.sla.clock_stopped_late.v1", "duly.sla.clock_cancelled.v1");
    static final String RETRACTED = "duly.sla.retracted.v1";

    record Standing(String clock, boolean isBreach, String time) {}

    /** The table, by ids of events: what it is given twice counts once. */
    private final Map<String, Standing> standing = new HashMap<>();

    void take(String type, String id, String time, JsonNode body) {
        if (type.equals(RETRACTED)) {
            // What was published no longer follows, and counts no more.
            standing.remove(body.get("retracts").asText());
        } else if (type.equals(BREACHED) || ENDS.contains(type)) {
            String clock = String.join("\t", body.get("subject").asText(), body.get("policy").asText(),
                    body.get("objective").asText(), body.get("cycle").asText());
            standing.put(id, new Standing(clock, type.equals(BREACHED), time));
        }
        // Types that are not known here are none of this table's business.
    }

    List<String> rows() {
        Set<String> ended = new HashSet<>();
        for (Standing each : standing.values()) {
            if (!each.isBreach()) ended.add(each.clock());
        }
        Map<String, String> open = new TreeMap<>();
        for (Standing each : standing.values()) {
            if (each.isBreach() && !ended.contains(each.clock())) open.put(each.clock(), each.time());
        }
        List<String> rows = new ArrayList<>();
        open.forEach((clock, time) -> rows.add(clock + "\t" + time));
        return rows;
    }

    public static void main(String[] arguments) throws Exception {
        boolean once = List.of(arguments).contains("--once");
        List<String> names = List.of(arguments).stream().filter(each -> !each.startsWith("--")).toList();
        if (names.isEmpty()) throw new IllegalArgumentException("OpenBreaches BOOTSTRAP [TOPIC] [--once]");
        String topic = names.size() > 1 ? names.get(1) : "duly.sla.events.v1";
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", names.get(0),
                "enable.auto.commit", false,
                // What a transaction has not committed was never said.
                "isolation.level", "read_committed",
                "key.deserializer", ByteArrayDeserializer.class,
                "value.deserializer", ByteArrayDeserializer.class);
        OpenBreaches table = new OpenBreaches();
        ObjectMapper json = new ObjectMapper();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo info : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, info.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<String> shown = null;
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    table.take(header(record, "ce_type"), header(record, "ce_id"), header(record, "ce_time"),
                            json.readTree(record.value()));
                }
                // As of now, and as far as it is committed; marks of transactions are passed by the position too.
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                if (!partitions.stream().allMatch(each -> consumer.position(each) >= ends.get(each))) continue;
                List<String> rows = table.rows();
                if (!rows.equals(shown)) {
                    rows.forEach(System.out::println);
                    System.out.println("# " + rows.size() + " open breaches");
                    shown = rows;
                }
                if (once) return;
            }
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
