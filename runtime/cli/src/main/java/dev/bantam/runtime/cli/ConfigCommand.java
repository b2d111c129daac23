package dev.bantam.runtime.cli;

import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.BrokerConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.ProfileException;
import dev.bantam.runtime.profile.SlotProfile;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bantam config}. */
@Command(
    name = "config",
    header = "Checks a site's configuration.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = "  bantam config check bantam.yaml")
final class ConfigCommand implements Runnable {

  @Mixin private Options options = new Options();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private ConfigCommand() {}

  /** The command with all that belong to it. */
  static CommandLine with(CliContext context) {
    return new CommandLine(new ConfigCommand()).addSubcommand(new Check(context));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "config what? Type: bantam config check bantam.yaml");
  }

  /** {@code bantam config check}. */
  @Command(
      name = "check",
      header = "Reports everything that is wrong in a bantam.yaml, by file and line.",
      description = {
        "Exit code 0 if nothing is, 3 otherwise. The smallest file is:",
        "",
        "  device: boiler-room",
        "  mqtt: {url: mqtt://192.0.2.7:1883}"
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  bantam config check bantam.yaml",
        "  bantam config check bantam.yaml --json | tail -n 1 | jq .problems"
      })
  static final class Check implements Callable<Integer> {

    @Mixin private Options options = new Options();
    @Mixin private Options.Json json = new Options.Json();

    @Parameters(paramLabel = "FILE", description = "The configuration file.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    private final CliContext context;

    Check(CliContext context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ReadResult<SiteConfig> result =
          new SiteConfigReader(DeviceProfiles.load()::slotNames).read(file);
      List<Problem> problems =
          result instanceof ReadResult.Invalid<SiteConfig> invalid ? invalid.problems() : List.of();
      List<String> notes =
          result instanceof ReadResult.Valid<SiteConfig> valid ? notes(valid.value()) : List.of();
      if (json.wanted()) {
        context.printJson(fields(problems, notes));
      } else if (problems.isEmpty()) {
        context.print(file + ": nothing is wrong");
        notes.forEach(context::print);
      } else {
        problems.forEach(problem -> context.print(problem.toString()));
      }
      return problems.isEmpty() ? ExitCode.DONE : ExitCode.REFUSED;
    }

    /** Where the site's word goes over what its profile has for good reasons. */
    private static List<String> notes(SiteConfig site) {
      List<String> notes = new ArrayList<>(profileNotes(site));
      Stream.of(site.broker().flatMap(BrokerConfig::warning), site.http().warning())
          .flatMap(Optional::stream)
          .forEach(warning -> notes.add("warning: " + warning));
      return notes;
    }

    private static List<String> profileNotes(SiteConfig site) {
      if (site.profile().isEmpty()) {
        return List.of();
      }
      try {
        DeviceProfile profile = DeviceProfiles.load().get(site.profile().get());
        List<String> notes = new ArrayList<>();
        for (SlotProfile slot : profile.slots()) {
          Optional.ofNullable(site.slots().get(slot.name()))
              .flatMap(SlotOverride::model)
              .flatMap(ModelReference::variant)
              .filter(variant -> !slot.variants().isEmpty() && !slot.variants().contains(variant))
              .map(variant -> note(profile, slot, variant))
              .ifPresent(notes::add);
        }
        return notes;
      } catch (ProfileException e) {
        throw new IllegalStateException("the profile was read a moment ago", e);
      }
    }

    private static String note(DeviceProfile profile, SlotProfile slot, String variant) {
      return "note: slot %s takes %s; device profile %s prefers %s"
          .formatted(slot.name(), variant, profile.name(), String.join(", ", slot.variants()));
    }

    private static Map<String, Object> fields(List<Problem> problems, List<String> notes) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", problems.isEmpty());
      fields.put("problems", problems.stream().map(Check::fields).toList());
      fields.put("notes", notes);
      return fields;
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
}
