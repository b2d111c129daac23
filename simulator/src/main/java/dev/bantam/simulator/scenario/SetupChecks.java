package dev.bantam.simulator.scenario;

import dev.bantam.documents.NearestName;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what a schema cannot say of broker, devices and faults. */
final class SetupChecks {

  private final Section root;
  private final Attachments attachments;
  private final Machine machine;
  private final Map<String, Section> devices = new HashMap<>();
  private final Set<String> applications = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();

  SetupChecks(Section root, Attachments attachments, Machine machine) {
    this.root = root;
    this.attachments = attachments;
    this.machine = machine;
  }

  List<Problem> problems() {
    root.list("applications").forEach(each -> each.text("id").ifPresent(applications::add));
    root.list("devices").forEach(this::checkDevice);
    root.list("applications").forEach(this::checkWhomItAsks);
    root.list("sensors").stream()
        .filter(sensor -> sensor.has("asks"))
        .forEach(sensor -> checkThereIsOne(sensor, "asks"));
    List<Section> faults = root.list("faults");
    for (int i = 0; i < faults.size(); i++) {
      Section fault = faults.get(i);
      if (fault.has("draw")) {
        checkDraw(fault.section("draw"));
      } else {
        kind(fault, "kind").ifPresent(kind -> checkFault(fault, kind));
        checkOverlap(fault, faults.subList(0, i));
      }
    }
    return problems;
  }

  private void checkDevice(Section device) {
    for (String id : SetupDecoder.ids(device)) {
      if (devices.put(id, device) != null) {
        add(device, "id", "the device \"%s\" is there twice; ids must differ".formatted(id));
      }
    }
    if (device.has("disk")) {
      machine.noMount().ifPresent(why -> add(device, "disk", why));
    }
    device
        .text("profile")
        .filter(DeviceSpec::isFile)
        .ifPresent(f -> checkFile(device, "profile", f));
    for (Section model : device.list("imports")) {
      model.text("file").ifPresent(file -> checkFile(model, "file", file));
    }
  }

  private void checkFile(Section section, String key, String name) {
    if (!isThere(name)) {
      add(section, key, "there is no readable file " + name);
    }
  }

  private boolean isThere(String name) {
    Optional<InputStream> in = Optional.empty();
    try {
      in = attachments.open(name);
      if (in.isPresent()) {
        in.get().close();
      }
    } catch (IOException e) {
      return false;
    }
    return in.isPresent();
  }

  private void checkWhomItAsks(Section application) {
    if (application.has("fleet")) {
      checkFleet(application);
    } else if (application.text("device").isEmpty()) {
      checkThereIsOne(application, "id");
    } else if (!devices.isEmpty()) {
      application
          .text("device")
          .filter(id -> !devices.containsKey(id))
          .ifPresent(id -> add(application, "device", noDevice(id, devices.keySet())));
    }
  }

  /** Of whoever names nobody. */
  private void checkThereIsOne(Section asker, String key) {
    if (devices.size() > 1) {
      add(
          asker,
          key,
          "it is not said whom it asks, and there are %s; an application can say it by device or fleet"
              .formatted(String.join(", ", sorted(devices.keySet()))));
    } else if (devices.isEmpty() && root.text("broker").isPresent()) {
      add(asker, key, "nobody answers at a broker of the scenario's own; list a device in devices");
    }
  }

  private void checkFleet(Section application) {
    if (application.has("device")) {
      add(application, "device", "does not go with fleet; give one of them");
    }
    if (application.has("cancelled")) {
      add(
          application,
          "cancelled",
          "does not go with fleet: nobody but the fleet's broker knows which device has a request, so there is no topic to cancel it on; ask a device, or leave it out");
    }
    if (application.text("mqtt").equals(Optional.of("3.1.1"))) {
      add(
          application,
          "mqtt",
          "must be \"5\" with fleet: 3.1.1 has no response topics, and a fleet has no topics for ask and answer; ask a device, or leave it out");
    }
    Set<String> groups = new HashSet<>();
    root.list("devices").forEach(each -> each.texts("fleet").ifPresent(groups::addAll));
    application
        .text("fleet")
        .filter(group -> !devices.isEmpty() && !groups.contains(group))
        .ifPresent(
            group ->
                add(
                    application,
                    "fleet",
                    "no device is in the group \"%s\"%s"
                        .formatted(group, NearestName.hint(group, groups))));
  }

  private static Optional<FaultKind> kind(Section section, String key) {
    return section.text(key).filter(FaultKind.keys()::contains).map(FaultKind::of);
  }

  private void checkFault(Section fault, FaultKind kind) {
    Optional<String> target = fault.text("target");
    switch (kind.hits()) {
      case BROKER -> {
        checkBroker(fault, "kind");
        if (target.isPresent()) {
          add(fault, "target", "there is one broker only; leave it out");
        }
      }
      case DEVICE -> checkDeviceFault(fault, kind, target);
      case LINK -> target.ifPresent(name -> checkLink(fault, name));
    }
    Optional<Duration> end = duration(root, "duration");
    duration(fault, "at")
        .filter(at -> end.isPresent() && at.compareTo(end.get()) >= 0)
        .ifPresent(at -> add(fault, "at", "must be before the scenario's end"));
  }

  private void checkBroker(Section section, String key) {
    if (root.text("broker").isEmpty()) {
      add(
          section,
          key,
          "only a broker that the simulator has started can be killed; add broker: managed");
    }
  }

  private void checkDeviceFault(Section fault, FaultKind kind, Optional<String> target) {
    if (target.isEmpty()) {
      add(fault, "kind", "it is not said which device; give target");
      return;
    }
    Section device = devices.get(target.get());
    if (device == null) {
      add(fault, "target", noDevice(target.get(), devices.keySet()));
      return;
    }
    needs(device, kind).ifPresent(what -> add(fault, "target", what));
    if (kind == FaultKind.DISK_FULL) {
      machine.noMount().ifPresent(why -> add(fault, "kind", why));
    }
  }

  private static Optional<String> needs(Section device, FaultKind kind) {
    if (kind == FaultKind.DISK_FULL && !device.has("disk")) {
      return Optional.of(
          "the device is on this machine's own file system, which is not to be filled; give it a small one by disk");
    }
    if (kind == FaultKind.CORRUPT_MODEL && !device.has("models")) {
      return Optional.of("it is not known which models the device has; name them in its models");
    }
    return Optional.empty();
  }

  private void checkLink(Section fault, String target) {
    Set<String> known = new HashSet<>(devices.keySet());
    known.addAll(applications);
    known.addAll(FaultSpec.MANY);
    if (!known.contains(target)) {
      add(
          fault,
          "target",
          "there is no device or application \"%s\"%s"
              .formatted(target, NearestName.hint(target, known)));
    }
  }

  private void checkDraw(Section draw) {
    for (String name : draw.texts("kinds").orElse(List.of())) {
      if (!FaultKind.keys().contains(name)) {
        continue;
      }
      FaultKind kind = FaultKind.of(name);
      if (kind.hits() == FaultKind.Hits.BROKER) {
        checkBroker(draw, "kinds");
      } else if (kind.hits() == FaultKind.Hits.DEVICE) {
        if (devices.values().stream().noneMatch(each -> needs(each, kind).isEmpty())) {
          add(draw, "kinds", "there is no device that %s could hit".formatted(name));
        }
      }
      if (kind == FaultKind.DISK_FULL) {
        machine.noMount().ifPresent(why -> add(draw, "kinds", why));
      }
    }
    Optional<Duration> lasts = duration(draw, "for");
    Optional<Duration> within = duration(draw, "within");
    int count = draw.integer("count").orElse(1);
    if (lasts.isPresent()
        && within.isPresent()
        && lasts.get().multipliedBy(count).compareTo(within.get()) > 0) {
      add(
          draw,
          "for",
          "%d of them take longer than within; they must not overlap".formatted(count));
    }
  }

  /** One fault must be over before another of its kind hits the same. */
  private void checkOverlap(Section fault, List<Section> before) {
    Optional<Duration> at = duration(fault, "at");
    for (Section other : before) {
      Optional<Duration> otherAt = duration(other, "at");
      if (at.isPresent()
          && otherAt.isPresent()
          && fault.text("kind").equals(other.text("kind"))
          && fault.text("target").equals(other.text("target"))
          && at.get().compareTo(otherAt.get().plus(lasts(other))) < 0
          && otherAt.get().compareTo(at.get().plus(lasts(fault))) < 0) {
        add(fault, "at", "another fault of this kind hits the same at that time");
      }
    }
  }

  private static Duration lasts(Section fault) {
    return duration(fault, "for").orElse(Duration.ZERO);
  }

  /** Empty where the schema has a complaint. */
  private static Optional<Duration> duration(Section section, String key) {
    try {
      return section.duration(key);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String noDevice(String id, Set<String> known) {
    return known.isEmpty()
        ? "the scenario starts no device; list it in devices"
        : "there is no device \"%s\"%s".formatted(id, NearestName.hint(id, known));
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private void add(Section section, String key, String message) {
    problems.add(section.problem(key, message));
  }
}
