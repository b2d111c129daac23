package dev.bantam.runtime.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam doctor}. */
@Command(
    name = "doctor",
    header = "Checks this machine, and says what to do about what is wrong.",
    description = "Exit code 0 if Bantam can work here; warnings do not count.",
    footerHeading = "%nExamples:%n",
    footer = {"  bantam doctor", "  bantam doctor --json | tail -n 1 | jq .checks"})
final class DoctorCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  private final CliContext context;

  DoctorCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Signals.haltWhileNativeCodeRuns();
    List<Finding> findings = new Examination(context).all();
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", findings.stream().noneMatch(Finding::isFailure));
      fields.put("checks", findings.stream().map(Finding::fields).toList());
      context.printJson(fields);
    } else {
      findings.forEach(finding -> context.print(finding.toString()));
    }
    return findings.stream().anyMatch(Finding::isFailure) ? ExitCode.FAILED : ExitCode.DONE;
  }

  /** How a check ended. */
  enum Grade {
    OK("ok"),
    WARNING("warning"),
    FAILURE("failure");

    private final String word;

    Grade(String word) {
      this.word = word;
    }
  }

  /**
   * One check.
   *
   * @param check what was looked at
   * @param grade how it ended
   * @param found what was found
   * @param advice what to do; empty where nothing is
   */
  record Finding(String check, Grade grade, String found, String advice) {

    static Finding ok(String check, String found) {
      return new Finding(check, Grade.OK, found, "");
    }

    static Finding warning(String check, String found, String advice) {
      return new Finding(check, Grade.WARNING, found, advice);
    }

    static Finding failure(String check, String found, String advice) {
      return new Finding(check, Grade.FAILURE, found, advice);
    }

    boolean isFailure() {
      return grade == Grade.FAILURE;
    }

    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("check", check);
      fields.put("result", grade.word);
      fields.put("found", found);
      fields.put("advice", advice);
      return fields;
    }

    @Override
    public String toString() {
      String line = "%-8s %-10s %s".formatted(grade.word, check, found);
      return advice.isEmpty() ? line : line + "\n" + " ".repeat(20) + "-> " + advice;
    }
  }
}
