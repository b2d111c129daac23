package dev.bantam.runtime.cli;

import dev.bantam.documents.Quantities;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.device.Execution;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.cli.model.SiteOption;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SlotOverride;
import dev.bantam.runtime.plugin.PluginException;
import dev.bantam.runtime.plugin.PluginPlace;
import dev.bantam.runtime.plugin.PluginRegistry;
import dev.bantam.runtime.profile.DevicePlan;
import dev.bantam.runtime.profile.DevicePlanner;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.ProfileException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam profile plan}. */
@Command(
    name = "plan",
    header = "Shows which variants a device will load, and what they take in memory.",
    description = {
      "Plans for this machine, which chooses by the same plan when it starts, or for one elsewhere. What",
      "is in the catalog and not installed is planned, too, and marked. Loads and fetches nothing. Exit",
      "code 1 if it does not fit, if a model is neither installed nor foretold by the catalog, or, for this",
      "machine, if it is not installed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam profile plan",
      "  bantam profile plan --device raspberry-pi-4 --memory 2GiB",
      "  bantam profile plan --config bantam.yaml --json | tail -n 1 | jq .fits"
    })
final class ProfilePlanCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();
  @Mixin private SiteOption site = new SiteOption();

  @Option(
      names = "--device",
      paramLabel = "NAME|FILE",
      description = "Plans for a machine of this profile, in place of this one.")
  private Optional<String> device = Optional.empty();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "As if it had this much memory, such as 2GiB.")
  private Optional<String> memory = Optional.empty();

  private final CliContext context;

  ProfilePlanCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, ModelException, ProfileException, PluginException {
    Optional<SiteConfig> config = site.read();
    DeviceProfiles profiles = DeviceProfiles.load(plugins(config));
    Hardware machine = machine(profiles);
    DeviceProfile profile =
        profiles
            .resolve(device.or(() -> config.flatMap(SiteConfig::profile)), machine)
            .withBudget(config.flatMap(SiteConfig::memoryBudget));
    ModelRepository models = site.repository(context);
    Map<String, SlotOverride> wishes = config.map(SiteConfig::slots).orElse(Map.of());
    DevicePlan plan =
        new DevicePlanner(models::variants, models.catalog(), device.isPresent())
            .plan(profile, machine, wishes);
    PlanReport report = new PlanReport(plan, device.isPresent(), site.typed());
    Optional<Execution> execution =
        device.isPresent()
            ? Optional.empty()
            : Optional.of(
                Execution.of(
                    config.flatMap(SiteConfig::home).orElse(context.home()),
                    Wish.of(profile, config)));
    if (json.wanted()) {
      Map<String, @Nullable Object> fields = report.fields();
      execution.ifPresent(found -> fields.put("onnxruntime", found.fields()));
      context.printJson(fields);
    } else {
      report.lines().forEach(context::print);
      execution.ifPresent(found -> context.print(found.line()));
    }
    return report.fits() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Set<String> plugins(Optional<SiteConfig> config) throws PluginException {
    List<PluginPlace> places =
        Stream.concat(
                config.map(SiteConfig::pluginFolders).orElse(List.of()).stream(),
                context.pluginFolders().stream())
            .map(PluginPlace::of)
            .toList();
    return PluginRegistry.names(places, ProfilePlanCommand.class.getClassLoader());
  }

  private Hardware machine(DeviceProfiles profiles) throws CliException, ProfileException {
    Optional<Long> bytes = memoryBytes();
    Hardware here = HardwareProbe.thisMachine();
    if (device.isEmpty()) {
      return bytes.map(here::withMemory).orElse(here);
    }
    DeviceProfile profile = profiles.get(device.get());
    Optional<Long> least = profile.machine().memoryBytes().stream().min(Comparator.naturalOrder());
    long size =
        bytes
            .or(() -> least)
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.USAGE,
                        "profile %s does not say how much memory such a machine has; add --memory SIZE"
                            .formatted(profile.name())));
    return profile
        .machine()
        .hardware(profile.match().architecture().orElse(here.architecture()), size);
  }

  private Optional<Long> memoryBytes() throws CliException {
    try {
      return memory.map(Quantities::bytes);
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "--memory: " + e.getMessage(), e);
    }
  }
}
