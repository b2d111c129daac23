package dev.bantam.runtime.cli;

import dev.bantam.inference.tokenizer.TextTokenizer;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelKind;
import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.cli.DoctorCommand.Finding;
import dev.bantam.runtime.cli.device.DeviceCheck;
import dev.bantam.runtime.cli.device.Wish;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.profile.BoardTraps;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfiles;
import dev.bantam.runtime.profile.Hardware;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The doctor's checks. Each looks and touches nothing but {@code BANTAM_HOME}. */
final class Examination {

  private static final int JDK = 17;
  private static final long MEBIBYTE = 1 << 20;
  private static final long LEAST_MEMORY = 400 * MEBIBYTE;
  private static final long LEAST_DISK = 600 * MEBIBYTE;
  private static final LocalDate BUILT = LocalDate.of(2026, 1, 1);
  private static final int CONNECT_MS = 3000;

  private final CliContext context;

  Examination(CliContext context) {
    this.context = context;
  }

  List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk());
    Hardware machine = HardwareProbe.thisMachine();
    findings.add(memory(machine));
    Optional<DeviceProfile> profile = DeviceProfiles.load().choose(machine).chosen();
    findings.add(profile(profile));
    BoardTraps.of(Path.of("/"), machine, profile).stream()
        .map(trap -> Finding.warning("board", trap.found(), trap.advice()))
        .forEach(findings::add);
    findings.add(disk());
    findings.addAll(store());
    findings.add(natives());
    findings.add(telemetry());
    findings.add(clock());
    findings.addAll(brokers());
    return findings;
  }

  private static Finding jdk() {
    String found = System.getProperty("java.vm.name") + " " + Runtime.version();
    return Runtime.version().feature() >= JDK
        ? Finding.ok("jdk", found)
        : Finding.failure("jdk", found, "install JDK 17 or later and set JAVA_HOME to its folder");
  }

  private static Finding memory(Hardware machine) {
    long usable = machine.usableMemoryBytes();
    String found =
        "%d MiB usable of %d MiB".formatted(usable / MEBIBYTE, machine.memoryBytes() / MEBIBYTE);
    return usable >= LEAST_MEMORY
        ? Finding.ok("memory", found)
        : Finding.warning(
            "memory", found, "give the process at least 400 MiB, or take a smaller model");
  }

  private static Finding profile(Optional<DeviceProfile> chosen) {
    return chosen
        .map(profile -> Finding.ok("profile", profile.name() + ": " + profile.title()))
        .orElseGet(
            () ->
                Finding.failure(
                    "profile",
                    "no profile fits this machine",
                    "see why with: bantam profile detect; name one with --profile"));
  }

  private Finding disk() {
    Path home = context.home();
    try {
      Files.createDirectories(home);
      Files.delete(Files.createTempFile(home, "doctor", ".tmp"));
      long free = home.toFile().getUsableSpace();
      String found = "%s has %d MiB free".formatted(home, free / MEBIBYTE);
      return free >= LEAST_DISK
          ? Finding.ok("disk", found)
          : Finding.warning("disk", found, "free some space, or set BANTAM_HOME to a larger disk");
    } catch (IOException e) {
      return Finding.failure(
          "disk",
          "%s cannot be written to: %s".formatted(home, e),
          "set BANTAM_HOME to a folder that can");
    }
  }

  private List<Finding> store() {
    List<Finding> findings = new ArrayList<>();
    try {
      ModelRepository models = context.models();
      List<InstalledModel> installed = models.list();
      if (installed.isEmpty()) {
        findings.add(
            Finding.warning(
                "models",
                "none is installed",
                "bantam model pull smollm2-135m-instruct, or bantam up"));
      }
      for (InstalledModel model : installed) {
        findings.add(whole(models, model));
      }
    } catch (ModelException e) {
      findings.add(
          Finding.failure("models", String.valueOf(e.getMessage()), "see the message above"));
    }
    return findings;
  }

  private static Finding whole(ModelRepository models, InstalledModel model) {
    try {
      ModelFiles files = models.resolve(model.reference());
      return Finding.ok("model", "%s, %s".formatted(files.reference(), tokenizer(files)));
    } catch (ModelException | TaskException | RuntimeException | LinkageError e) {
      return Finding.failure(
          "model",
          model.reference() + ": " + e.getMessage(),
          "bantam model pull %s; what was imported: bantam model rm %s, then import it again"
              .formatted(model.name(), model.reference()));
    }
  }

  /** Loads it as the plugin does that runs such a model. */
  private static String tokenizer(ModelFiles files) throws ModelException, TaskException {
    Path file = files.require(ModelFiles.TOKENIZER);
    return switch (ModelKind.of(files)) {
      case DECODER -> {
        try (Tokenizer tokenizer = Tokenizers.load(file)) {
          yield "tokenizer of %d tokens".formatted(tokenizer.vocabSize());
        }
      }
      case ENCODER -> {
        try (TextTokenizer tokenizer = TextTokenizer.load(file)) {
          yield "an encoder, tokenizer with %d tokens around a text"
              .formatted(tokenizer.frame().size());
        }
      }
    };
  }

  /** In a process of their own: a processor without an instruction that they use ends it. */
  private Finding natives() {
    try {
      DeviceRecord record =
          DeviceCheck.test(context.home(), new Wish(List.of(DeviceProfile.CPU), Optional.empty()));
      if (record.problem().isPresent()) {
        return Finding.failure("natives", record.problem().get(), DeviceCheck.NEEDS);
      }
      return record.isSound()
          ? Finding.ok("natives", DeviceCheck.summary(record))
          : Finding.warning("natives", DeviceCheck.summary(record), "take other variants");
    } catch (IOException | InterruptedException e) {
      return Finding.failure(
          "natives",
          "the self-test came to no result: " + e.getMessage(),
          "see: bantam device test");
    }
  }

  private Finding telemetry() {
    boolean off = "1".equals(context.environment().get("ORT_DISABLE_TELEMETRY"));
    return off
        ? Finding.ok("telemetry", "off by ORT_DISABLE_TELEMETRY=1")
        : Finding.warning(
            "telemetry",
            "switched off by Bantam itself, not by the environment",
            "export ORT_DISABLE_TELEMETRY=1, or start Bantam by its launcher");
  }

  private static Finding clock() {
    LocalDate today = LocalDate.now();
    return today.isBefore(BUILT)
        ? Finding.warning(
            "clock",
            "it says " + today,
            "set it: TLS refuses certificates otherwise, and logs are misleading")
        : Finding.ok("clock", today.toString());
  }

  private List<Finding> brokers() {
    List<RunningDevice> running = RunningDevice.all(context.home());
    if (running.isEmpty()) {
      return List.of(Finding.ok("running", "nothing is up"));
    }
    return running.stream().map(Examination::brokers).toList();
  }

  /** A device needs one of its brokers; the others are for the day when that one is away. */
  private static Finding brokers(RunningDevice device) {
    String what =
        "%s (%s, process %d)"
            .formatted(device.device(), String.join(", ", device.urls()), device.pid());
    List<String> away = device.urls().stream().flatMap(url -> unreachable(url).stream()).toList();
    if (away.isEmpty()) {
      return Finding.ok("running", what);
    }
    String found = what + ": cannot be reached: " + String.join("; ", away);
    String advice = "start the broker, or correct mqtt.url; the device comes back by itself";
    return away.size() < device.urls().size()
        ? Finding.warning("running", found, advice)
        : Finding.failure("running", found, advice);
  }

  private static Optional<String> unreachable(String url) {
    BrokerAccess broker = BrokerAccess.of(url);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(broker.host(), broker.port()), CONNECT_MS);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("%s (%s)".formatted(url, e.getMessage()));
    }
  }
}
