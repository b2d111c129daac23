package dev.bantam.runtime.cli.model;

import dev.bantam.models.Bundles;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.TensorReport;
import dev.bantam.runtime.cli.terminal.ProgressBar;
import dev.bantam.runtime.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows an import as it goes, and keeps what was made of each tensor. */
public final class ImportReport implements ImportListener {

  private static final String ROW = "%-32s %-8s %-26s %10s  %s";

  private final Terminal terminal;
  private final List<TensorReport> tensors = new ArrayList<>();

  public ImportReport(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void progress(String step, long done, long total) {
    terminal.progress(shown(step), new ProgressBar(done, total, 0));
  }

  private static String shown(String step) {
    if (step.startsWith("sha256")) {
      return "checking sha256";
    }
    return step.equals(Bundles.EXPORTING) ? step : "importing";
  }

  @Override
  public void converted(List<TensorReport> report) {
    tensors.addAll(report);
  }

  /** A heading, a line a tensor, and the sum; a note if there was nothing to convert. */
  List<String> lines() {
    if (tensors.isEmpty()) {
      return List.of(
          "nothing was converted: the variant was installed already, or is an export, which runs as it is");
    }
    List<String> lines = new ArrayList<>();
    lines.add(ROW.formatted("TENSOR", "SOURCE", "TARGET", "SIZE", "ERROR"));
    for (TensorReport tensor : tensors) {
      lines.add(
          ROW.formatted(
              tensor.name(),
              tensor.source(),
              tensor.target(),
              Descriptions.megabytes(tensor.bytes()),
              error(tensor)));
    }
    long bytes = tensors.stream().mapToLong(TensorReport::bytes).sum();
    lines.add(ROW.formatted("all", "", "", Descriptions.megabytes(bytes), ""));
    return lines;
  }

  private static String error(TensorReport tensor) {
    return tensor.relativeError() == 0
        ? "-"
        : String.format(Locale.ROOT, "%.2f %%", 100 * tensor.relativeError());
  }

  /** One object a tensor. */
  List<Map<String, Object>> fields() {
    return tensors.stream().map(ImportReport::fields).toList();
  }

  private static Map<String, Object> fields(TensorReport tensor) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", tensor.name());
    fields.put("source", tensor.source().name());
    fields.put("target", tensor.target());
    fields.put("bytes", tensor.bytes());
    fields.put("relative_error", tensor.relativeError());
    return fields;
  }
}
