package dev.bantam.models.gguf;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufValue.Flag;
import dev.bantam.models.gguf.GgufValue.Real;
import dev.bantam.models.gguf.GgufValue.Reals;
import dev.bantam.models.gguf.GgufValue.Text;
import dev.bantam.models.gguf.GgufValue.Texts;
import dev.bantam.models.gguf.GgufValue.Whole;
import dev.bantam.models.gguf.GgufValue.Wholes;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys and values of a GGUF's header, or of another format's in GGUF's terms. Every getter
 * throws {@link ModelException} of kind {@code MALFORMED} if the key's value is of another type or
 * out of range.
 */
public final class GgufMetadata {

  /**
   * @param offset byte of the file at which the key begins
   */
  record Entry(GgufValue value, long offset) {}

  /** Makes exceptions that say where a key lies. */
  public interface Faults {

    /** {@code MALFORMED}; the key may be absent. */
    ModelException malformed(String key, String problem);

    /** {@code UNSUPPORTED}. */
    ModelException unsupported(String key, String problem);
  }

  private final Faults faults;
  private final Map<String, GgufValue> values;

  /** Keys of another format, by GGUF's names. */
  public GgufMetadata(Faults faults, Map<String, GgufValue> values) {
    this.faults = faults;
    this.values = values;
  }

  /** The keys of a GGUF. */
  GgufMetadata(Path file, Map<String, Entry> entries) {
    this(new HeaderFaults(file, entries), new LinkedHashMap<>());
    entries.forEach((key, entry) -> values.put(key, entry.value()));
  }

  private record HeaderFaults(Path file, Map<String, Entry> entries) implements Faults {

    @Override
    public ModelException malformed(String key, String problem) {
      return GgufErrors.malformed(file, offset(key), key, problem);
    }

    @Override
    public ModelException unsupported(String key, String problem) {
      return GgufErrors.unsupported(file, offset(key), key, problem);
    }

    private long offset(String key) {
      Entry entry = entries.get(key);
      return entry == null ? 0 : entry.offset();
    }
  }

  /** All keys, in the file's order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  public Optional<GgufValue> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  public Optional<String> text(String key) throws ModelException {
    return typed(key, Text.class, "a string").map(Text::value);
  }

  public String requireText(String key) throws ModelException {
    return text(key).orElseThrow(() -> missing(key));
  }

  public Optional<Boolean> flag(String key) throws ModelException {
    return typed(key, Flag.class, "a boolean").map(Flag::value);
  }

  /**
   * A whole number within bounds.
   *
   * @param least smallest value allowed
   * @param most largest value allowed
   */
  public Optional<Integer> whole(String key, int least, int most) throws ModelException {
    Optional<Whole> whole = typed(key, Whole.class, "a whole number");
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    long value = whole.get().value();
    if (value < least || value > most) {
      throw wrong(key, "%d is not between %d and %d".formatted(value, least, most));
    }
    return Optional.of((int) value);
  }

  public int requireWhole(String key, int least, int most) throws ModelException {
    return whole(key, least, most).orElseThrow(() -> missing(key));
  }

  /** A finite floating-point number; whole numbers are taken too. */
  public Optional<Double> real(String key) throws ModelException {
    Optional<GgufValue> value = value(key);
    if (value.isPresent() && value.get() instanceof Whole whole) {
      return Optional.of((double) whole.value());
    }
    Optional<Double> real = typed(key, Real.class, "a floating-point number").map(Real::value);
    if (real.isPresent() && !Double.isFinite(real.get())) {
      throw wrong(key, "%s is not finite".formatted(real.get()));
    }
    return real;
  }

  public Optional<List<String>> texts(String key) throws ModelException {
    return typed(key, Texts.class, "a list of strings")
        .map(list -> Collections.unmodifiableList(list.values()));
  }

  public Optional<Wholes> wholes(String key) throws ModelException {
    return typed(key, Wholes.class, "a list of whole numbers");
  }

  public Optional<Reals> reals(String key) throws ModelException {
    return typed(key, Reals.class, "a list of floating-point numbers");
  }

  /** The exception for a value that has the right type and makes no sense. */
  public ModelException wrong(String key, String problem) {
    return faults.malformed(key, problem);
  }

  /** The exception for a value that makes sense but is not supported. */
  public ModelException unsupported(String key, String problem) {
    return faults.unsupported(key, problem);
  }

  private ModelException missing(String key) {
    return faults.malformed(key, "the key is missing");
  }

  private <T extends GgufValue> Optional<T> typed(String key, Class<T> type, String expected)
      throws ModelException {
    GgufValue value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrong(key, "it is %s, not %s".formatted(value.kind(), expected));
    }
    return Optional.of(type.cast(value));
  }
}
