package dev.bantam.models.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One file of a model's folder: of a size and a sha256, to be fetched, or short and written out in
 * the catalog, where the model's sources lack it.
 *
 * @param file its name, with the folders within the model's, e.g. {@code 1_Pooling/config.json}
 * @param size in bytes
 * @param sha256 in lower-case hexadecimal
 * @param content what is in it, if the sources do not have it
 */
public record CatalogFile(
    @JsonProperty(required = true) String file,
    long size,
    String sha256,
    Optional<String> content) {

  private static final Pattern NAME = Pattern.compile("(\\w[\\w.-]*/)*\\w[\\w.-]*");

  /**
   * @throws IllegalArgumentException if a value is not of its form
   */
  @SuppressWarnings("ConstantValue")
  public CatalogFile {
    if (!isName(file)) {
      throw new IllegalArgumentException(
          "\"%s\" is no name of a file within a model's folder".formatted(file));
    }
    if (content.isPresent()) {
      byte[] bytes = content.get().getBytes(StandardCharsets.UTF_8);
      size = bytes.length;
      sha256 = Sha256.of(bytes);
    } else if (sha256 == null || sha256.isEmpty()) {
      throw new IllegalArgumentException(
          "file %s: give its \"size\" and \"sha256\", or its \"content\"".formatted(file));
    }
    new Blob(sha256, size);
    if (size <= 0) {
      throw new IllegalArgumentException(
          "file %s: size must be its size in bytes, not %d".formatted(file, size));
    }
  }

  /** Whether it is a plain name, or a plain path within a folder. */
  public static boolean isName(String file) {
    return NAME.matcher(file).matches();
  }

  /** Of the list that {@code sha256sum} prints of these files. */
  public static String sha256(List<CatalogFile> files) {
    StringBuilder list = new StringBuilder();
    files.forEach(each -> list.append("%s  %s\n".formatted(each.sha256(), each.file())));
    return Sha256.of(list.toString().getBytes(StandardCharsets.UTF_8));
  }
}
