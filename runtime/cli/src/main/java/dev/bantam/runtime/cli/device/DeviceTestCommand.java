package dev.bantam.runtime.cli.device;

import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Options;
import dev.bantam.runtime.cli.model.SiteOption;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.DeviceRecordFile;
import dev.bantam.runtime.device.KernelReport;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.profile.ProfileException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bantam device test}. */
@Command(
    name = "test",
    header = "Runs ONNX Runtime's kernels in a process of their own, and compares their results.",
    description = {
      "Made by itself before the first model is loaded, and again when the processor, ONNX Runtime or",
      "Bantam is another, or other execution providers are wanted: the first that runs all kernels right",
      "is taken. The record is device.json in BANTAM_HOME; models that need a kernel which failed are not",
      "loaded. Exit code 3 if one failed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bantam device test",
      "  bantam device test --config bantam.yaml      with its profile and its native_libraries",
      "  bantam device test --json | tail -n 1 | jq '.kernels[] | {name, median_nanos}'"
    })
final class DeviceTestCommand implements Callable<Integer> {

  @Mixin private Options options = new Options();
  @Mixin private Options.Json json = new Options.Json();

  @Mixin private SiteOption site = new SiteOption();

  @Option(
      names = "--profile",
      paramLabel = "NAME|FILE",
      description = "A device profile, over the configuration's.")
  private Optional<String> profile = Optional.empty();

  private final CliContext context;

  DeviceTestCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CliException, ProfileException, InterruptedException {
    DeviceRecord record = test();
    if (json.wanted()) {
      context.printJson(DeviceRecordFile.fields(record));
    } else {
      record.kernels().forEach(kernel -> context.print(line(kernel)));
      context.print(
          record.problem().isPresent()
              ? DeviceCheck.unusable(record)
              : DeviceCheck.summary(record));
      DeviceCheck.execution(record).ifPresent(context::print);
    }
    return record.isSound() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private DeviceRecord test() throws CliException, ProfileException, InterruptedException {
    Optional<SiteConfig> config = site.read();
    DeviceProfile chosen =
        DeviceProfiles.load()
            .resolve(
                profile.or(() -> config.flatMap(SiteConfig::profile)), HardwareProbe.thisMachine());
    try {
      return DeviceCheck.test(
          config.flatMap(SiteConfig::home).orElse(context.home()), Wish.of(chosen, config));
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, "the self-test came to no result: " + e.getMessage(), e);
    }
  }

  private static String line(KernelReport kernel) {
    return kernel.medianNanos().isPresent()
        ? "%-30s right  %8.1f µs"
            .formatted(kernel.name(), kernel.medianNanos().getAsLong() / 1_000.0)
        : "%-30s FAILED %s".formatted(kernel.name(), kernel.detail());
  }
}
