package dev.bantam.runtime.profile;

import dev.bantam.models.importer.quantize.Quantization;
import java.util.Optional;

/**
 * Which variants a processor has no fast kernels for. What is known is that ONNX Runtime on 64-bit
 * ARM without dot-product instructions multiplies matrices of 4 bits by a usable kernel and has to
 * dequantize those of 8 bits each time; the variants that keep 4 bits in the layers have 8 in the
 * language-model head, but for those called {@code _all}.
 */
final class KernelSpeed {

  private static final String ARM = "aarch64";
  private static final String DOT_PRODUCT = "asimddp";

  private KernelSpeed() {}

  /** Why a decoder's variant is slow on a machine; empty if nothing speaks against it. */
  static Optional<String> slowness(String variant, Hardware machine) {
    if (!machine.architecture().equals(ARM) || machine.cpuFeatures().contains(DOT_PRODUCT)) {
      return Optional.empty();
    }
    return switch (Quantization.ofVariant(variant)) {
      case EIGHT_BITS -> Optional.of("8-bit weights are slow without " + DOT_PRODUCT);
      case FOUR_BITS, FOUR_BITS_ZERO_POINTS, FOUR_BITS_FAST ->
          Optional.of("its head of 8 bits is slow without " + DOT_PRODUCT);
      case FOUR_BITS_ALL, FOUR_BITS_ALL_FAST, INT8 -> Optional.empty();
      case NONE -> own(variant);
    };
  }

  /** Weights as the file has them, named after their type. */
  private static Optional<String> own(String variant) {
    return variant.matches("(q8|q6|q5|q2|iq2).*")
        ? Optional.of("weights of type %s are slow without %s".formatted(variant, DOT_PRODUCT))
        : Optional.empty();
  }
}
