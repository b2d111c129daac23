package dev.bantam.runtime.device;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a self-test has found. It holds for as long as the machine and the software are the same.
 *
 * @param format version of this document's form
 * @param machine what it holds for: processor, ONNX Runtime, Bantam, each by name
 * @param testedAt by the wall clock, in ISO 8601
 * @param tookMs how long it took, in milliseconds
 * @param onnxruntime the version that was loaded; empty if none could be
 * @param executionProvider what models are computed on
 * @param nativeLibraries the folder of the libraries; empty for Bantam's own
 * @param passedOver what was preferred and cannot be used
 * @param problem why ONNX Runtime cannot be used at all; empty if it can
 * @param kernels what came of each
 */
public record DeviceRecord(
    int format,
    Map<String, String> machine,
    String testedAt,
    long tookMs,
    Optional<String> onnxruntime,
    String executionProvider,
    Optional<String> nativeLibraries,
    List<PassedOver> passedOver,
    Optional<String> problem,
    List<KernelReport> kernels) {

  static final int FORMAT = 1;

  public DeviceRecord {
    machine = Map.copyOf(machine);
    passedOver = List.copyOf(passedOver);
    kernels = List.copyOf(kernels);
  }

  /**
   * A provider that cannot be used.
   *
   * @param executionProvider its name
   * @param nativeLibraries the folder of the libraries; empty for Bantam's own
   * @param reason why not
   */
  public record PassedOver(
      String executionProvider, Optional<String> nativeLibraries, String reason) {

    private String why() {
      return "%s: %s"
          .formatted(
              nativeLibraries.map(folder -> " with the libraries in " + folder).orElse(""), reason);
    }
  }

  static DeviceRecord now(
      Map<String, String> machine,
      long tookMs,
      Optional<String> onnxruntime,
      Optional<String> problem,
      List<KernelReport> kernels) {
    return new DeviceRecord(
        FORMAT,
        machine,
        Instant.now().toString(),
        tookMs,
        onnxruntime,
        "cpu",
        Optional.empty(),
        List.of(),
        problem,
        kernels);
  }

  /** As found on a provider, with certain libraries, after others were tried. */
  public DeviceRecord on(String provider, Optional<String> libraries, List<PassedOver> before) {
    return new DeviceRecord(
        format,
        machine,
        testedAt,
        tookMs,
        onnxruntime,
        provider,
        libraries,
        before,
        problem,
        kernels);
  }

  /** Why it is not to be used where there is another choice; empty if nothing speaks against it. */
  public Optional<String> objection() {
    return problem.or(
        () ->
            failed().isEmpty()
                ? Optional.empty()
                : Optional.of(
                    failed().stream()
                        .map(KernelReport::toString)
                        .collect(Collectors.joining("; "))));
  }

  /** What was passed over, for people: providers with the same reason together. */
  public List<String> passedOverFor() {
    Map<String, List<String>> byReason =
        passedOver.stream()
            .collect(
                Collectors.groupingBy(
                    PassedOver::why,
                    LinkedHashMap::new,
                    Collectors.mapping(PassedOver::executionProvider, Collectors.toList())));
    return byReason.entrySet().stream()
        .map(entry -> String.join(", ", entry.getValue()) + entry.getKey())
        .toList();
  }

  /** As the status tells it. */
  public Map<String, @Nullable Object> execution() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("version", onnxruntime.orElse("unknown"));
    fields.put("execution_provider", executionProvider);
    nativeLibraries.ifPresent(folder -> fields.put("native_libraries", folder));
    fields.put("passed_over", passedOverFor());
    return fields;
  }

  /** The kernels that models must not use. */
  public List<KernelReport> failed() {
    return kernels.stream().filter(kernel -> !kernel.isRight()).toList();
  }

  /** Whether all is as it should be. */
  public boolean isSound() {
    return objection().isEmpty();
  }
}
