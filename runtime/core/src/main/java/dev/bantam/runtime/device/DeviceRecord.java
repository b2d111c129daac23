package dev.bantam.runtime.device;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a self-test has found. It holds for as long as the machine and the software are the same.
 *
 * @param format version of this document's form
 * @param machine what it holds for: processor, ONNX Runtime, Bantam, each by name
 * @param testedAt by the wall clock, in ISO 8601
 * @param tookMs how long it took, in milliseconds
 * @param onnxruntime the version that was loaded; empty if none could be
 * @param problem why ONNX Runtime cannot be used at all; empty if it can
 * @param kernels what came of each
 */
public record DeviceRecord(
    int format,
    Map<String, String> machine,
    String testedAt,
    long tookMs,
    Optional<String> onnxruntime,
    Optional<String> problem,
    List<KernelReport> kernels) {

  static final int FORMAT = 1;

  public DeviceRecord {
    machine = Map.copyOf(machine);
    kernels = List.copyOf(kernels);
  }

  static DeviceRecord now(
      Map<String, String> machine,
      long tookMs,
      Optional<String> onnxruntime,
      Optional<String> problem,
      List<KernelReport> kernels) {
    return new DeviceRecord(
        FORMAT, machine, Instant.now().toString(), tookMs, onnxruntime, problem, kernels);
  }

  /** The kernels that models must not use. */
  public List<KernelReport> failed() {
    return kernels.stream().filter(kernel -> !kernel.isRight()).toList();
  }

  /** Whether all is as it should be. */
  public boolean isSound() {
    return problem.isEmpty() && failed().isEmpty();
  }
}
