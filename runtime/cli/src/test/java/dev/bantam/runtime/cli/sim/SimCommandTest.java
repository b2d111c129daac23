package dev.bantam.runtime.cli.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SimCommandTest {

  private static final String SMALL =
      """
      format: 1
      name: small
      duration: 2s
      sensors:
        - {id: a, rate: 10, qos: 1, readings: {v: {kind: random-walk, start: 1, step: 1, low: 0, high: 9}}}
      """;

  @TempDir Path home;

  private Shell shell;

  @BeforeEach
  void open() {
    shell = new Shell(home);
  }

  @Test
  void shouldSayBeforeItPlaysThatTheReportsFolderIsNone() throws Exception {
    Path file = Files.createFile(home.resolve("file"));

    assertThat(run("sim", "run", "boiler-room", "--report", file.toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(shell.errors())
        .contains("the report cannot be written to", "it is no folder", "--report")
        .doesNotContain("fault of Bantam", "playing");
  }

  private int run(String... arguments) {
    shell.clear();
    return shell.run(arguments);
  }

  @Test
  void shouldListWhatComesWithIt() throws Exception {
    assertThat(run("sim", "list")).isEqualTo(ExitCode.DONE);
    assertThat(shell.printed())
        .contains("demo ", "boiler-room ", "load ", "broker-loss ", "device-loss ", "heat-wave ");

    assertThat(run("sim", "list", "--json")).isEqualTo(ExitCode.DONE);
    assertThat(shell.lastLine().get("scenarios")).hasSize(17);
  }

  @Test
  void shouldReportAllProblemsOfAScenario() throws Exception {
    Path file = home.resolve("x.yaml");
    Files.writeString(file, SMALL.replace("rate: 10", "rate: -1").replace("walk", "wlak"));

    assertThat(run("sim", "validate", file.toString())).isEqualTo(ExitCode.REFUSED);
    assertThat(shell.printed()).contains("x.yaml:5: sensors[0].rate", "mean \"random-walk\"?");
    assertThat(run("sim", "validate", file.toString(), "--json")).isEqualTo(ExitCode.REFUSED);
    assertThat(shell.lastLine().get("problems")).hasSize(2);
    assertThat(shell.lastLine().at("/problems/0/line").asInt()).isEqualTo(5);
    assertThat(run("sim", "run", file.toString(), "--dry")).isEqualTo(ExitCode.REFUSED);
    assertThat(shell.errors()).contains("x.yaml:5: sensors[0].rate");
    assertThat(run("sim", "validate", home.resolve("none.yaml").toString()))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(shell.printed()).contains("no such file");
  }

  @Test
  void shouldNameTheScenariosThatThereAre() {
    assertThat(run("sim", "run", "boiler-rom")).isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("did you mean \"boiler-room\"?");
    assertThat(run("sim", "run", "demo", "--speed", "0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void shouldHashTheSameScheduleAlike() throws Exception {
    String first = dry();

    assertThat(dry()).isEqualTo(first).hasSize(64);
    assertThat(dry("--seed", "2")).isNotEqualTo(first);
  }

  private String dry(String... more) throws Exception {
    Path file = Files.writeString(home.resolve("small.yaml"), SMALL);
    String[] arguments = {"sim", "run", file.toString(), "--dry", "--json"};
    String[] all = new String[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    assertThat(run(all)).isEqualTo(ExitCode.DONE);
    return shell.lastLine().get("schedule_sha256").asText();
  }

  @Test
  void shouldPlayOnABrokerOfItsOwnAndWriteAReport() throws Exception {
    Path file = Files.writeString(home.resolve("small.yaml"), SMALL);
    Path report = home.resolve("out");

    int status =
        run("sim", "run", file.toString(), "--speed", "4", "--json", "--report", report.toString());

    assertThat(shell.errors())
        .contains(
            "playing small on mqtt://127.0.0.1:", "the report is " + report.resolve("report.html"));
    assertThat(status).isEqualTo(ExitCode.DONE);
    assertThat(shell.lastLine().at("/messages/acknowledged").asInt()).isEqualTo(20);
    assertThat(shell.lastLine().get("schedule_sha256").asText()).isEqualTo(dry());
    JsonNode written = new ObjectMapper().readTree(report.resolve("report.json").toFile());
    assertThat(written.get("ok").asBoolean()).isTrue();
    assertThat(written.at("/lag_ms/p99").isNumber()).isTrue();
    assertThat(report.resolve("labels.jsonl")).isEmptyFile();
    assertThat(report.resolve("report.html")).content().contains("uPlot", "\"scenario\":\"small\"");
  }

  @Test
  void shouldFailWhereTheScenarioExpectsMoreThanCame() throws Exception {
    String asking =
        """
        format: 1
        name: asking
        duration: 30s
        applications:
          - {id: a, task: echo, request: {text: hello}, concurrency: 1, requests: 3, patience: 5s}
        """;
    Path file = Files.writeString(home.resolve("asking.yaml"), asking);

    assertThat(run("sim", "run", file.toString(), "--url", "mqtt://127.0.0.1:1"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(shell.errors()).contains("--device NAME");
    assertThat(run("sim", "run", file.toString(), "--device", "nobody")).isEqualTo(ExitCode.DONE);
    assertThat(shell.printed()).contains("3 requests = 0 answered + 3 refused", "no_device: 3");
    Files.writeString(file, asking + "expect: {at_least: {answered_requests: 1}}\n");
    assertThat(run("sim", "run", file.toString(), "--device", "nobody")).isEqualTo(ExitCode.FAILED);
    assertThat(shell.printed()).contains("NOT SO      answered_requests is 0, expected at least 1");
  }
}
