package dev.bantam.runtime.cli.sim;

import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.simulator.scenario.Scenario;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bantam sim validate}. */
@Command(
    name = "validate",
    header = "Says everything that is wrong with a scenario, with file and line.",
    description = "Exit code 0 if nothing is, else 3. Recorded files that it names are read, too.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam sim validate my-site.yaml",
      "  bantam sim validate my-site.yaml --json | tail -n 1 | jq .problems"
    })
final class SimValidateCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(paramLabel = "FILE", description = "The scenario.")
  @SuppressWarnings("NullAway.Init")
  private String file;

  private final CliContext context;

  SimValidateCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException {
    ReadResult<Scenario> result = Scenarios.read(file);
    List<Problem> problems =
        result instanceof ReadResult.Invalid<Scenario> invalid ? invalid.problems() : List.of();
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", problems.isEmpty());
      fields.put("problems", problems.stream().map(SimValidateCommand::fields).toList());
      context.printJson(fields);
    } else if (problems.isEmpty()) {
      context.print(file + ": nothing is wrong");
    } else {
      problems.forEach(problem -> context.print(problem.toString()));
    }
    return problems.isEmpty() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private static Map<String, Object> fields(Problem problem) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", problem.file());
    fields.put("line", problem.line());
    fields.put("path", problem.path());
    fields.put("message", problem.message());
    return fields;
  }
}
