package dev.bantam.runtime.cli.model;

import dev.bantam.models.Garbage;
import dev.bantam.models.GarbageRule;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.spi.ModelReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam model gc}. */
@Command(
    name = "gc",
    header = "Removes old versions that nobody needs, and files that no model needs.",
    description = {
      "Of each model the newest versions stay, and besides them what an alias points at and what a",
      "slot holds. Downloads that were not taken up again for a week are given up."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam model gc --dry-run",
      "  bantam model gc --keep 1        of each model the newest version, and what is needed"
    })
final class ModelGcCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Option(
      names = "--keep",
      paramLabel = "N",
      description =
          "How many versions of each model stay (default: models.keep of the configuration, or 2).")
  private Optional<Integer> keep = Optional.empty();

  @Mixin private SiteOption site = new SiteOption();

  @Option(names = "--dry-run", description = "Remove nothing, only say what would go.")
  private boolean dryRun;

  private final CliContext context;

  ModelGcCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ModelException, CliException {
    Optional<SiteConfig> configured = site.read();
    int kept =
        keep.orElseGet(
            () -> configured.map(found -> found.models().keep()).orElse(GarbageRule.KEEP));
    if (kept < 0) {
      throw new CliException(
          ExitCode.USAGE, "--keep %d: keep 0 or more versions of each model".formatted(kept));
    }
    ModelRepository models =
        configured.isPresent()
            ? SiteOption.repository(configured.get(), context)
            : context.models();
    Garbage garbage =
        models.collectGarbage(new GarbageRule(kept, GarbageRule.DOWNLOAD_AGE, dryRun));
    if (json.wanted()) {
      context.printJson(fields(garbage));
    } else {
      print(garbage);
    }
    return ExitCode.DONE;
  }

  private void print(Garbage garbage) {
    String fate = dryRun ? "would be removed" : "is removed";
    garbage.versions().forEach(version -> context.print("%s %s".formatted(version, fate)));
    garbage
        .downloads()
        .forEach(name -> context.print("the unfinished download of %s %s".formatted(name, fate)));
    garbage
        .skipped()
        .forEach(name -> context.print(name + " is left alone, for another process changes it"));
    if (garbage.filesStay()) {
      context.print(
          "files stay while another process pulls or imports; when that has ended, type this again");
    } else {
      context.print(
          "%s %s in %d files"
              .formatted(
                  dryRun ? "would free" : "freed",
                  Descriptions.megabytes(garbage.bytes()),
                  garbage.files()));
    }
  }

  private Map<String, Object> fields(Garbage garbage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("dry_run", dryRun);
    fields.put("versions", garbage.versions().stream().map(ModelReference::toString).toList());
    fields.put("downloads", garbage.downloads());
    fields.put("files", garbage.files());
    fields.put("bytes", garbage.bytes());
    fields.put("skipped", garbage.skipped());
    fields.put("files_stay", garbage.filesStay());
    return fields;
  }
}
