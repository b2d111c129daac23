package dev.bantam.models.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import dev.bantam.models.trust.TrustedKeys;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The models that can be pulled, by name. Immutable. */
public final class Catalog {

  /** Version of the catalog files' form. */
  public static final int FORMAT = 1;

  private static final String BUILT_IN = "models.yaml";

  /** Jackson's words for it mean nothing to the author of a catalog. */
  private static final Pattern MISSING =
      Pattern.compile("Missing required creator property '([^']*)'.*", Pattern.DOTALL);

  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new Jdk8Module())
          .build();

  private final Supplier<List<CatalogEntry>> entries;

  private Catalog(Supplier<List<CatalogEntry>> entries) {
    this.entries = entries;
  }

  private Catalog(List<CatalogEntry> entries) {
    List<CatalogEntry> all = List.copyOf(entries);
    this.entries = () -> all;
  }

  private record Document(int format, List<CatalogEntry> models) {}

  /** The catalog that Bantam ships. It is read when it is first asked: most starts do not. */
  public static Catalog builtIn() {
    return new Catalog(() -> BuiltIn.ENTRIES);
  }

  private static final class BuiltIn {

    static final List<CatalogEntry> ENTRIES = read();

    private static List<CatalogEntry> read() {
      try (InputStream resource = Catalog.class.getResourceAsStream(BUILT_IN)) {
        if (resource == null) {
          throw new IllegalStateException(BUILT_IN + " is missing from the jar");
        }
        return parse(YAML.readTree(resource), "the built-in catalog").entries();
      } catch (IOException | ModelException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A catalog of just these entries. */
  public static Catalog of(CatalogEntry... entries) {
    return new Catalog(List.of(entries));
  }

  /**
   * Reads a site's catalog: YAML or JSON with {@code format: 1} and a list {@code models}.
   *
   * @throws ModelException USAGE, with the place, if it is not of that form
   */
  public static Catalog read(Path file) throws ModelException {
    return of(content(file), file);
  }

  /**
   * As {@link #read}, of a file that has a signature in a file beside it.
   *
   * @throws ModelException also UNTRUSTED, if there is no signature of one of these keys
   */
  public static Catalog readSigned(Path file, TrustedKeys keys) throws ModelException {
    byte[] content = content(file);
    keys.verifyBeside(content, file);
    return of(content, file);
  }

  private static byte[] content(Path file) throws ModelException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelException(
          Kind.USAGE,
          "cannot read the model catalog %s: %s".formatted(file, Failures.reason(e)),
          e);
    }
  }

  private static Catalog of(byte[] content, Path file) throws ModelException {
    try {
      Catalog catalog = of(YAML.readValue(content, Document.class), file.toString());
      catalog.requireMemory(file);
      return catalog;
    } catch (IOException e) {
      throw malformed(file.toString(), e);
    }
  }

  /** Not of Bantam's own, which a test looks at: a start reads it, and plans alone this key. */
  private void requireMemory(Path file) throws ModelException {
    for (CatalogEntry entry : entries()) {
      try {
        List<PullableVariant> unused = entry.variantsWithMemory();
      } catch (IllegalArgumentException e) {
        throw new ModelException(
            Kind.USAGE,
            "%s: model %s: memory: %s".formatted(file, entry.name(), e.getMessage()),
            e);
      }
    }
  }

  /**
   * Reads a catalog that is part of another document.
   *
   * @param document an object with {@code format} and {@code models}
   * @param where names it in errors
   */
  public static Catalog parse(JsonNode document, String where) throws ModelException {
    try {
      return of(YAML.treeToValue(document, Document.class), where);
    } catch (IOException e) {
      throw malformed(where, e);
    }
  }

  private static Catalog of(@Nullable Document document, String where) throws ModelException {
    if (document == null || document.format() != FORMAT) {
      throw new ModelException(
          Kind.USAGE,
          "%s: write \"format: %d\" and a list \"models\"; the format found is %s"
              .formatted(where, FORMAT, document == null ? "none" : document.format()));
    }
    return new Catalog(Optional.ofNullable(document.models()).orElse(List.of()));
  }

  private static ModelException malformed(String where, IOException e) {
    String place = where;
    String what = String.valueOf(e.getMessage());
    if (e instanceof JsonProcessingException json) {
      what = MISSING.matcher(json.getOriginalMessage()).replaceFirst("the key \"$1\" is missing");
      if (json.getLocation() != null && json.getLocation().getLineNr() > 0) {
        place = "%s, line %d".formatted(where, json.getLocation().getLineNr());
      }
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      what =
          "unknown key \"%s\"; known are %s"
              .formatted(
                  unknown.getPropertyName(),
                  new TreeSet<>(
                      unknown.getKnownPropertyIds().stream().map(String::valueOf).toList()));
    } else if (e instanceof JsonMappingException mapping && mapping.getCause() != null) {
      what = String.valueOf(mapping.getCause().getMessage());
    }
    return new ModelException(Kind.USAGE, "%s: %s".formatted(place, what), e);
  }

  /** This catalog with {@code more} in front: an entry of the same name hides the one here. */
  public Catalog with(Catalog more) {
    return new Catalog(() -> together(more));
  }

  private List<CatalogEntry> together(Catalog more) {
    List<CatalogEntry> all = new ArrayList<>(more.entries());
    entries().stream().filter(entry -> more.find(entry.name()).isEmpty()).forEach(all::add);
    return List.copyOf(all);
  }

  public List<CatalogEntry> entries() {
    return entries.get();
  }

  /**
   * The variants that match and of which the catalog says what they take in memory, in its order.
   */
  public List<PullableVariant> variants(ModelReference reference) {
    return find(reference.name()).stream()
        .flatMap(entry -> entry.variantsWithMemory().stream())
        .filter(variant -> reference.matches(variant.reference()))
        .toList();
  }

  public Optional<CatalogEntry> find(String name) {
    return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }
}
