package dev.bantam.models.importer.quantize;

import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Into what an import re-quantizes a model: its layers' matrices, and its head and embedding, which
 * may be one and the same. Each names a variant.
 */
public enum Quantization {
  /** Every weight as the file has it. The variant is named after the file's own type. */
  NONE("", Types.KEEP, Types.KEEP),
  /** 8 bits all through. */
  EIGHT_BITS("q8", Types.EIGHT, Types.EIGHT),
  /**
   * Encoders' layers in 8 bits with a scale for each channel; the import's graph sees to it, and
   * the embedding gets 8 bits in blocks.
   */
  INT8("int8", Types.KEEP, Types.EIGHT),
  /** 4 bits, the head 8. */
  FOUR_BITS("q4", Types.FOUR, Types.EIGHT),
  /** 4 bits with zero points, the head 8 bits. */
  FOUR_BITS_ZERO_POINTS("q4_zp", Types.FOUR_WITH_ZEROS, Types.EIGHT),
  /** 4 bits all through, for cores without dot products, where 8 bits are slow. */
  FOUR_BITS_ALL("q4_all", Types.FOUR, Types.FOUR),
  /** 4 bits in larger blocks, of which a token reads a quarter less; the head 8 bits. */
  FOUR_BITS_FAST("q4_fast", Types.FOUR_LARGE, Types.EIGHT),
  /** 4 bits in larger blocks all through. */
  FOUR_BITS_ALL_FAST("q4_all_fast", Types.FOUR_LARGE, Types.FOUR_LARGE);

  private static final String FLOATS = "fp32";

  private final String variant;
  private final List<TensorType> blocks;
  private final List<TensorType> head;

  Quantization(String variant, List<TensorType> blocks, List<TensorType> head) {
    this.variant = variant;
    this.blocks = blocks;
    this.head = head;
  }

  /** What to take, best first: the next where a row does not divide into blocks. */
  private static final class Types {
    static final List<TensorType> KEEP = List.of();
    static final List<TensorType> EIGHT = List.of(TensorType.S8_32);
    static final List<TensorType> FOUR = List.of(TensorType.S4_32);
    static final List<TensorType> FOUR_WITH_ZEROS = List.of(TensorType.Z4_32, TensorType.S4_32);
    static final List<TensorType> FOUR_LARGE =
        List.of(TensorType.S4_128, TensorType.S4_64, TensorType.S4_32);
  }

  /**
   * What to take where nobody says: 4 bits if all matrices of a model's layers are floats, and the
   * file's own otherwise.
   */
  public static Quantization usual(Collection<SourceTensor> tensors) {
    boolean dense =
        tensors.stream()
            .filter(tensor -> tensor.name().startsWith("blk.") && tensor.shape().size() == 2)
            .allMatch(
                tensor -> WeightFormat.of(tensor.type()).map(WeightFormat::isDense).orElse(false));
    return dense ? FOUR_BITS : NONE;
  }

  /**
   * As the other, for a decoder, where some variants are better for the device than others.
   *
   * @param variants their names, the best first; the first that can be made of the model is taken
   */
  public static Quantization usual(Collection<SourceTensor> tensors, List<String> variants) {
    for (String variant : variants) {
      Quantization wanted = ofVariant(variant);
      boolean made = wanted != NONE && wanted != INT8;
      if (made || variant.equals(ownVariant(tensors))) {
        return wanted;
      }
    }
    return usual(tensors);
  }

  /**
   * What a variant is called whose weights are as they come: after the type that most of the
   * layers' have, for the embedding often has a finer one.
   */
  public static String ownVariant(Collection<SourceTensor> tensors) {
    return tensors.stream()
        .filter(tensor -> tensor.shape().size() > 1)
        .filter(tensor -> tensor.name().startsWith("blk."))
        .filter(tensor -> tensor.type().isInFiles())
        .collect(
            Collectors.groupingBy(
                SourceTensor::type, Collectors.summingLong(SourceTensor::elements)))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT))
        .orElse("requantized");
  }

  /** The same with larger blocks, if there is such. */
  public Optional<Quantization> fast() {
    return switch (this) {
      case NONE, FOUR_BITS, FOUR_BITS_FAST -> Optional.of(FOUR_BITS_FAST);
      case FOUR_BITS_ALL, FOUR_BITS_ALL_FAST -> Optional.of(FOUR_BITS_ALL_FAST);
      case EIGHT_BITS, INT8, FOUR_BITS_ZERO_POINTS -> Optional.empty();
    };
  }

  /** The variant's name, e.g. {@code q4_fast}; empty if it is named after the file's own type. */
  public Optional<String> variant() {
    return Optional.of(variant).filter(name -> !name.isEmpty());
  }

  /** Names by which a catalog asks for variants; {@code fp32} are floats as they are. */
  public static List<String> names() {
    return Arrays.stream(values()).map(known -> known.variant().orElse(FLOATS)).toList();
  }

  /** What makes the variant that has one of the {@link #names}. */
  public static Optional<Quantization> named(String name) {
    return Arrays.stream(values())
        .filter(known -> known.variant().orElse(FLOATS).equals(name))
        .findFirst();
  }

  /** Whether a variant of that name has been made so. */
  public boolean makes(String name) {
    return this == NONE
        ? Arrays.stream(values()).noneMatch(known -> known.variant.equals(name))
        : variant.equals(name);
  }

  /** What has made a variant of that name. */
  public static Quantization ofVariant(String name) {
    return Arrays.stream(values()).filter(known -> known.makes(name)).findFirst().orElse(NONE);
  }

  /**
   * The type that a tensor is re-quantized to; empty if it stays as it is: a vector, a small table,
   * a row that does not divide into blocks, what has the target's form already.
   */
  Optional<TensorType> target(SourceTensor tensor) {
    if (tensor.shape().size() != 2 || tensor.shape().get(1) == 1) {
      return Optional.empty();
    }
    long columns = tensor.shape().get(0);
    Optional<WeightFormat> source = WeightFormat.of(tensor.type());
    return candidates(tensor.name()).stream()
        .filter(type -> columns % type.blockElements() == 0)
        .findFirst()
        .filter(type -> source.isPresent() && !hasForm(source.get(), type));
  }

  private List<TensorType> candidates(String tensor) {
    if (tensor.startsWith("blk.")) {
      return blocks;
    }
    return tensor.equals("output.weight") || tensor.equals("token_embd.weight") ? head : Types.KEEP;
  }

  /** Whether the file's own form has the target's bits and block, and nothing besides. */
  private static boolean hasForm(WeightFormat source, TensorType type) {
    WeightFormat target = WeightFormat.of(type).orElseThrow();
    return source.bits() == target.bits()
        && source.block() == target.block()
        && source.shifts().isEmpty()
        && target.zeros().isEmpty();
  }
}
