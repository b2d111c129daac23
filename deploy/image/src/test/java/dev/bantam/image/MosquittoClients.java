package dev.bantam.image;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Mosquitto's own clients, spoken to as a user's shell does, against the broker on a loopback port.
 */
record MosquittoClients(int port) {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A program with the broker's address before its arguments. */
  String[] command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.addAll(List.of("-h", "127.0.0.1", "-p", String.valueOf(port)));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  /**
   * A mosquitto_rr that asks once and prints the answer.
   *
   * @param flag {@code -m} for a text, {@code -f} for a file
   */
  String[] request(String base, String task, String flag, String value) {
    return command(
        "mosquitto_rr",
        "-V",
        "5",
        "-q",
        "1",
        "-W",
        "50",
        "-t",
        base + "/task/" + task,
        "-e",
        base + "/answer/me/" + task,
        flag,
        value);
  }

  /** Publishes at QoS 1, to its end. */
  BantamProcess publish(String version, String topic, String... payloadAndProperties) {
    List<String> arguments = new ArrayList<>(List.of("-V", version, "-q", "1", "-t", topic));
    arguments.addAll(List.of(payloadAndProperties));
    return BantamProcess.run(LIMIT, command("mosquitto_pub", arguments.toArray(String[]::new)));
  }

  /** The arguments that set a request's response topic. */
  static List<String> answeringTo(String topic) {
    return List.of("-D", "publish", "response-topic", topic);
  }

  /** A mosquitto_sub that ends after {@code count} messages; returns once it has subscribed. */
  BantamProcess subscribe(String version, String topic, int count) {
    List<String> command = new ArrayList<>(List.of("stdbuf", "-oL"));
    command.addAll(
        List.of(
            command(
                "mosquitto_sub",
                "-V",
                version,
                "-q",
                "1",
                "-t",
                topic,
                "-C",
                String.valueOf(count),
                "-W",
                "120",
                "-d")));
    return BantamProcess.start(command, Map.of()).awaitText("SUBACK", Duration.ofSeconds(10));
  }

  /** The retained message of a topic; empty if there is none within two seconds. */
  String retained(String topic) {
    BantamProcess client =
        BantamProcess.run(LIMIT, command("mosquitto_sub", "-t", topic, "-C", "1", "-W", "2"));
    return client.output();
  }
}
