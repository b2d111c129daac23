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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys and values of a GGUF's header. Every getter throws {@link ModelException} of kind {@code
 * MALFORMED} if the key's value is of another type or out of range.
 */
public final class GgufMetadata {

  /**
   * @param offset byte of the file at which the key begins
   */
  record Entry(GgufValue value, long offset) {}

  private final Path file;
  private final Map<String, Entry> entries;

  GgufMetadata(Path file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /** All keys, in the file's order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  public Optional<GgufValue> value(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
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
    Entry entry = entries.get(key);
    return GgufErrors.malformed(file, entry == null ? 0 : entry.offset(), key, problem);
  }

  /** The exception for a value that makes sense but is not supported. */
  public ModelException unsupported(String key, String problem) {
    Entry entry = entries.get(key);
    return GgufErrors.unsupported(file, entry == null ? 0 : entry.offset(), key, problem);
  }

  private ModelException missing(String key) {
    return GgufErrors.malformed(file, 0, key, "the key is missing");
  }

  private <T extends GgufValue> Optional<T> typed(String key, Class<T> type, String expected)
      throws ModelException {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (!type.isInstance(entry.value())) {
      throw wrong(key, "it is %s, not %s".formatted(entry.value().kind(), expected));
    }
    return Optional.of(type.cast(entry.value()));
  }
}
