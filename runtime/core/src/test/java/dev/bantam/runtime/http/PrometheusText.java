package dev.bantam.runtime.http;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Figures as the official Python client of Prometheus reads them. */
public record PrometheusText(List<JsonNode> samples) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Skips the test where the client is not there, but not where {@code CI} is set. */
  public static void require() throws Exception {
    boolean isThere = run("", "-c", "import prometheus_client.parser").status() == 0;
    if (!isThere && System.getenv("CI") != null) {
      throw new AssertionError("the tests need Debian's python3-prometheus-client");
    }
    assumeTrue(isThere, "there is no python3-prometheus-client: ./bantam test installs it");
  }

  /** What the client makes of a text; fails if it refuses it. */
  public static PrometheusText parse(String text) throws Exception {
    Ended ended = run(text, Path.of("src/test/resources/http/parse_metrics.py").toString());
    if (ended.status() != 0) {
      throw new AssertionError("not to be parsed:\n" + text + "\n" + ended.output());
    }
    List<JsonNode> samples = new ArrayList<>();
    for (String line : ended.output().split("\n")) {
      samples.add(JSON.readTree(line));
    }
    return new PrometheusText(samples);
  }

  private record Ended(int status, String output) {}

  private static Ended run(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (OutputStream out = process.getOutputStream()) {
        out.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output);
    } catch (IOException e) {
      return new Ended(127, String.valueOf(e.getMessage()));
    }
  }

  /** The value of the sample that has these labels, among others. */
  public double value(String name, Map<String, String> labels) {
    return samples.stream()
        .filter(sample -> sample.get("name").asText().equals(name))
        .filter(
            sample ->
                labels.entrySet().stream()
                    .allMatch(
                        label ->
                            label
                                .getValue()
                                .equals(sample.at("/labels/" + label.getKey()).asText(null))))
        .map(sample -> Double.parseDouble(sample.get("value").asText()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + labels + " in " + samples));
  }

  public double value(String name) {
    return value(name, Map.of());
  }

  /** Of a sample, as the client reads it: {@code counter}, {@code gauge} or {@code histogram}. */
  public String type(String name) {
    return samples.stream()
        .filter(sample -> sample.get("name").asText().equals(name))
        .map(sample -> sample.get("type").asText())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + samples));
  }

  /** All names of families. */
  public List<String> families() {
    return samples.stream().map(sample -> sample.get("family").asText()).distinct().toList();
  }
}
