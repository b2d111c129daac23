package dev.bantam.spi;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one way to name a model: {@code name[:version][@variant]}.
 *
 * @param name {@code [a-z0-9][a-z0-9._-]*}
 * @param version an immutable version of the model; empty for the newest installed
 * @param variant one quantization of the version; empty for the best that fits the device
 */
public record ModelReference(String name, Optional<String> version, Optional<String> variant) {

  private static final String PART = "[a-z0-9][a-z0-9._-]{0,127}";
  private static final Pattern FORM =
      Pattern.compile("(%s)(?::(%s))?(?:@(%s))?".formatted(PART, PART, PART));

  public ModelReference {
    requirePart("name", name);
    version.ifPresent(v -> requirePart("version", v));
    variant.ifPresent(v -> requirePart("variant", v));
  }

  /**
   * Parses {@code name[:version][@variant]}.
   *
   * @throws IllegalArgumentException with the expected form if {@code text} is not of it
   */
  public static ModelReference parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no model reference; write name, name:version or name:version@variant in lower case letters, digits, '.', '_' and '-'"
              .formatted(text));
    }
    return new ModelReference(
        matcher.group(1), optional(matcher.group(2)), optional(matcher.group(3)));
  }

  public static ModelReference of(String name, String version, String variant) {
    return new ModelReference(name, Optional.of(version), Optional.of(variant));
  }

  /** Name and version. */
  public ModelReference withoutVariant() {
    return new ModelReference(name, version, Optional.empty());
  }

  /** Whether {@code full}, which names version and variant, is what this reference asks for. */
  public boolean matches(ModelReference full) {
    return name.equals(full.name)
        && (version.isEmpty() || version.equals(full.version))
        && (variant.isEmpty() || variant.equals(full.variant));
  }

  /** Whether some variant is asked for by this reference and by {@code other}. */
  public boolean overlaps(ModelReference other) {
    return name.equals(other.name)
        && agree(version, other.version)
        && agree(variant, other.variant);
  }

  private static boolean agree(Optional<String> one, Optional<String> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }

  private static Optional<String> optional(@Nullable String group) {
    return Optional.ofNullable(group);
  }

  private static void requirePart(String what, String value) {
    if (!value.matches(PART)) {
      throw new IllegalArgumentException(
          "\"%s\" is no model %s; use lower case letters, digits, '.', '_' and '-'"
              .formatted(value, what));
    }
  }

  /** By hand as {@link #hashCode}: a start would wait until Java has made the first of a record. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelReference reference
        && name.equals(reference.name)
        && version.equals(reference.version)
        && variant.equals(reference.variant);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, version, variant);
  }

  @Override
  public String toString() {
    return name + version.map(v -> ":" + v).orElse("") + variant.map(v -> "@" + v).orElse("");
  }
}
