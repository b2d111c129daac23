package dev.bantam.models.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The list of an artifact's files (OCI image manifest 1.1): each is a layer, and its annotation
 * {@code org.opencontainers.image.title} is its name.
 */
record Manifest(JsonNode layers, String artifact) {

  /** What is asked for. */
  static final String TYPES =
      "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

  static final int MAX_BYTES = 4 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TITLE = "org.opencontainers.image.title";

  /**
   * @param artifact its address, for errors
   * @throws ModelException CORRUPT if it is none
   */
  static Manifest read(byte[] content, String artifact) throws ModelException {
    try {
      JsonNode layers = JSON.readTree(content).path("layers");
      if (!layers.isArray()) {
        throw new ModelException(
            Kind.CORRUPT,
            "%s is no artifact of files: its manifest has no layers".formatted(artifact));
      }
      return new Manifest(layers, artifact);
    } catch (IOException e) {
      throw new ModelException(Kind.CORRUPT, "%s has no manifest".formatted(artifact), e);
    }
  }

  /** The digest of the file of that name, {@code sha256:…}. */
  String named(String title) throws ModelException {
    return find(layer -> title(layer).equals(title))
        .orElseThrow(
            () ->
                new ModelException(
                    Kind.UNREACHABLE,
                    "%s has no file %s; it has: %s".formatted(artifact, title, titles())));
  }

  /** The digest of a file that is wanted, by its content. */
  String of(Wanted wanted) throws ModelException {
    String digest = "sha256:" + wanted.sha256();
    return find(layer -> layer.path("digest").asText().equals(digest))
        .orElseThrow(
            () ->
                new ModelException(
                    Kind.CORRUPT,
                    "%s has no file of sha256 %s, which %s must have; it has: %s"
                        .formatted(artifact, wanted.sha256(), wanted.file(), titles())));
  }

  private Optional<String> find(java.util.function.Predicate<JsonNode> wanted) {
    return StreamSupport.stream(layers.spliterator(), false)
        .filter(wanted)
        .map(layer -> layer.path("digest").asText())
        .filter(digest -> digest.matches("sha256:[0-9a-f]{64}"))
        .findFirst();
  }

  private static String title(JsonNode layer) {
    return layer.path("annotations").path(TITLE).asText();
  }

  private String titles() {
    return StreamSupport.stream(layers.spliterator(), false)
        .map(Manifest::title)
        .filter(title -> !title.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new))
        .toString();
  }
}
