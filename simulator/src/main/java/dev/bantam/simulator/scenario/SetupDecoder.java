package dev.bantam.simulator.scenario;

import dev.bantam.documents.Section;
import dev.bantam.simulator.scenario.FaultSpec.Network;
import dev.bantam.simulator.signal.NumberReading;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Broker, devices and faults of a document that has passed all checks.
 *
 * @param attachments the files that it names
 */
record SetupDecoder(Attachments attachments) {

  Setup setup(Section root) {
    return new Setup(
        root.text("broker").isPresent(),
        root.list("devices").stream().flatMap(this::devices).toList(),
        root.list("faults").stream().map(SetupDecoder::fault).toList());
  }

  /** The device ids that a section stands for. */
  static List<String> ids(Section device) {
    String id = device.text("id").orElse("");
    int count = device.integer("count").orElse(1);
    return count == 1
        ? List.of(id)
        : IntStream.rangeClosed(1, count).mapToObj(number -> id + "-" + number).toList();
  }

  private Stream<DeviceSpec> devices(Section device) {
    return ids(device).stream().map(id -> device(id, device));
  }

  private DeviceSpec device(String id, Section device) {
    return new DeviceSpec(
        id,
        device.texts("fleet").orElse(List.of()),
        device.text("profile"),
        device.texts("models").orElse(List.of()),
        device.list("imports").stream().map(SetupDecoder::imported).toList(),
        device.bytes("memory"),
        device.number("cpus"),
        device.bytes("disk"),
        curve(device, "temperature"),
        curve(device, "memory_pressure"),
        device.anything("config"),
        attachments);
  }

  private static Optional<NumberReading> curve(Section device, String key) {
    return device.has(key)
        ? Optional.of(SignalDecoder.number(device.section(key)))
        : Optional.empty();
  }

  private static DeviceSpec.Import imported(Section model) {
    return new DeviceSpec.Import(
        model.required("file"), model.required("name"), model.text("quantize"));
  }

  private static FaultSpec fault(Section fault) {
    return fault.has("draw")
        ? drawn(fault.section("draw"))
        : new FaultSpec.Fixed(
            FaultKind.of(fault.required("kind")),
            fault.duration("at").orElseThrow(),
            fault.duration("for").orElse(Duration.ZERO),
            fault.text("target"),
            network(fault));
  }

  private static FaultSpec drawn(Section draw) {
    return new FaultSpec.Drawn(
        draw.integer("count").orElseThrow(),
        draw.texts("kinds").orElseThrow().stream().map(FaultKind::of).toList(),
        draw.duration("from").orElse(Duration.ZERO),
        draw.duration("within").orElseThrow(),
        draw.duration("for").orElseThrow());
  }

  private static Network network(Section fault) {
    return new Network(
        fault.duration("delay").orElse(Network.USUAL.delay()),
        fault.number("chance").orElse(Network.USUAL.chance()),
        fault.duration("stall").orElse(Network.USUAL.stall()),
        fault.integer("bytes_per_second").orElse(Network.USUAL.bytesPerSecond()));
  }
}
