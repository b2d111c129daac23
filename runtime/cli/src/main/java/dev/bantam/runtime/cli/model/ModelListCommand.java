package dev.bantam.runtime.cli.model;

import dev.bantam.models.InstalledModel;
import dev.bantam.models.InstalledVariant;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.catalog.CatalogEntry;
import dev.bantam.models.catalog.CatalogFile;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.Options;
import dev.bantam.spi.ModelReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bantam model list}. */
@Command(
    name = "list",
    header = "Lists the installed models, and those that can be pulled.",
    footerHeading = "%nExamples:%n",
    footer = {"  bantam model list", "  bantam model list --json | tail -n 1 | jq .models"})
final class ModelListCommand implements Callable<Integer> {

  private static final String ROW = "%-44s %10s  %-16s %s";

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  private final CliContext context;

  ModelListCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException {
    ModelRepository models = context.models();
    List<InstalledModel> installed = models.list();
    List<CatalogEntry> available =
        models.catalog().entries().stream()
            .filter(entry -> installed.stream().noneMatch(m -> isSame(m, entry)))
            .toList();
    if (json.wanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("models", installed.stream().map(Descriptions::fields).toList());
      fields.put("aliases", ModelAliasCommand.fields(models.aliases().all()));
      fields.put("available", available.stream().map(ModelListCommand::fields).toList());
      context.printJson(fields);
    } else {
      print(installed, models.aliases().all(), available);
    }
    return 0;
  }

  private static boolean isSame(InstalledModel model, CatalogEntry entry) {
    return model.name().equals(entry.name()) && model.version().equals(entry.version());
  }

  private void print(
      List<InstalledModel> installed,
      Map<String, ModelReference> aliases,
      List<CatalogEntry> available) {
    context.print(ROW.formatted("MODEL", "SIZE", "LICENCE", "DESCRIPTION"));
    for (InstalledModel model : installed) {
      for (InstalledVariant variant : model.variants()) {
        context.print(
            ROW.formatted(
                model.reference(variant),
                Descriptions.megabytes(variant.size()),
                model.license(),
                model.description()));
      }
    }
    if (installed.isEmpty()) {
      context.print("(none is installed)");
    }
    aliases.forEach(
        (alias, model) -> context.print(ROW.formatted(alias, "", "", "alias of " + model)));
    for (CatalogEntry entry : available) {
      context.print(
          ROW.formatted(
              entry.reference(),
              Descriptions.megabytes(entry.size()),
              entry.license(),
              "not installed; get it with: bantam model pull " + entry.name()));
    }
  }

  private static Map<String, Object> fields(CatalogEntry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", entry.name());
    fields.put("version", entry.version());
    fields.put("description", entry.description());
    fields.put("license", entry.license());
    fields.put("bytes", entry.size());
    fields.put("sha256", entry.sha256());
    if (!entry.files().isEmpty()) {
      fields.put("files", entry.files().stream().map(ModelListCommand::fields).toList());
    }
    return fields;
  }

  private static Map<String, Object> fields(CatalogFile file) {
    return Map.of("file", file.file(), "bytes", file.size(), "sha256", file.sha256());
  }
}
