package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.VerifyReport;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bantam model verify}. */
@Command(
    name = "verify",
    header = "Reads every byte of installed models and compares the sha256 digests.",
    description = "Exit code 3 if a file is damaged or missing.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model verify                         all of them",
      "  bantam model verify smollm2-135m-instruct"
    })
final class ModelVerifyCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      converter = References.class,
      description = "NAME[:VERSION][@VARIANT]; without one, all that are installed.")
  private List<ModelReference> references = new ArrayList<>();

  private final CliContext context;

  ModelVerifyCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    ModelRepository models = context.models();
    List<VerifyReport> reports = new ArrayList<>();
    for (ModelReference reference : asked(models)) {
      VerifyReport report = models.verify(reference);
      reports.add(report);
      print(report);
    }
    boolean ok = reports.stream().allMatch(VerifyReport::ok);
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", ok);
      fields.put("models", reports.stream().map(ModelVerifyCommand::fields).toList());
      context.printJson(fields);
    }
    return ok ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private List<ModelReference> asked(ModelRepository models) throws ModelException {
    return references.isEmpty()
        ? models.list().stream().map(InstalledModel::reference).toList()
        : references;
  }

  private void print(VerifyReport report) {
    if (json.wanted()) {
      return;
    }
    if (report.ok()) {
      context.print(
          "%s: whole (%d files, %s)"
              .formatted(
                  report.reference(),
                  report.filesChecked(),
                  Descriptions.megabytes(report.bytesChecked())));
    }
    for (VerifyReport.Damaged damaged : report.damaged()) {
      context.print(
          "%s: %s is damaged: %s. Type: %s"
              .formatted(damaged.model(), damaged.role(), damaged.reason(), damaged.repair()));
    }
  }

  private static Map<String, Object> fields(VerifyReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", report.reference().toString());
    fields.put("ok", report.ok());
    fields.put("files", report.filesChecked());
    fields.put("bytes", report.bytesChecked());
    fields.put(
        "damaged",
        report.damaged().stream()
            .map(
                damaged ->
                    Map.of(
                        "model", damaged.model().toString(),
                        "role", damaged.role(),
                        "sha256", damaged.sha256(),
                        "reason", damaged.reason()))
            .toList());
    return fields;
  }
}
