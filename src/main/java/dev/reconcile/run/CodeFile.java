// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.host.FolderLook;
import dev.reconcile.host.Stat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rule that recognises code by file name: programs, their build files and files that are
 * installed with them. Formats in which programs also store records (Markdown, CSV, JSON, YAML,
 * text, pictures) do not count as code.
 */
final class CodeFile {
  private static final Set<String> SUFFIXES =
      Set.of(
          """
          py pyi pyx pxd pth so sh bash zsh bat cmd ps1 rb go rs c h cc cpp hpp java kt php \
          pl lua r wsgi cgi fcgi js mjs cjs jsx ts tsx vue svelte css scss sass less styl \
          map wasm j2 jinja jinja2 mako tmpl tpl pug po pot mo proto graphql xsd xsl service \
          socket timer target lock whl egg in woff woff2 ttf eot otf ico svg\
          """
              .split(" "));
  private static final Pattern NAMES =
      Pattern.compile(
          """
          (readme|license|licence|copying|changelog|changes|history|news|authors|contributors\
          |contributing|notice|todo|install|security|code_of_conduct|version|maintainers)\
          (\\.(md|rst|txt))?\
          |(.*[-_.])?(requirements|constraints)([-_.].*)?\\.(txt|in)\
          |(runtime|robots|humans|environment)\\.txt|environment\\.ya?ml\
          |(makefile|dockerfile|vagrantfile|procfile|pipfile|gemfile|jenkinsfile|rakefile)(\\..*)?\
          |(docker-)?compose[-.\\w]*\\.ya?ml|(pyproject|poetry|ruff|netlify|fly|cargo)\\.toml\
          |(setup|babel)\\.cfg|(tox|pytest|mypy|alembic|uwsgi)\\.ini\
          |(package|package-lock|npm-shrinkwrap|composer|bower|angular|manifest|vercel|app)\\.json\
          |(ts|js)config[-.\\w]*\\.json|.*\\.config\\.json|.*\\.webmanifest|mkdocs\\.ya?ml\
          |(nginx|gunicorn|supervisord?|uwsgi|apache2?)[-.\\w]*\\.(conf|cfg|ya?ml)\
          |\\.(git|docker|npm|eslint|prettier)(ignore|attributes|modules)|\\.(git)?keep\
          |\\.(editorconfig|python-version|tool-versions|nvmrc|flaskenv|flake8|pylintrc|coveragerc\
          |isort\\.cfg|style\\.yapf|readthedocs\\.ya?ml|travis\\.ya?ml|gitlab-ci\\.ya?ml\
          |pre-commit-config\\.ya?ml|(eslint|prettier|babel|stylelint)rc(\\..*)?\
          |bashrc|profile|bash_logout|htaccess)\
          """);
  private static final Pattern PAGES =
      Pattern.compile(
          "(.*/)?(templates?|static|assets|public|dist|build|themes?|docs?)/.*\\.(x?html?|xml|txt)");
  private static final Pattern OF_A_SERVICE =
      Pattern.compile("(.*/)?\\.(github|gitlab|circleci)/.*");
  private static final Pattern COPY =
      Pattern.compile("\\.(bak|orig|old|save|rej|dist|example|sample)$");
  private static final int EXECUTABLE = 0111;

  private CodeFile() {}

  /** Tells whether a file is code, by its name and mode. */
  static boolean is(FolderLook.Item item) {
    String name = COPY.matcher(item.name().toLowerCase(Locale.ROOT)).replaceFirst("");
    String path = item.path().toLowerCase(Locale.ROOT);
    int dot = name.lastIndexOf('.');
    boolean isProgram =
        dot < 0 && item.stat().type() == Stat.Type.FILE && (item.stat().mode() & EXECUTABLE) != 0;
    return isProgram
        || (dot >= 0 && SUFFIXES.contains(name.substring(dot + 1)))
        || NAMES.matcher(name).matches()
        || PAGES.matcher(path).matches()
        || OF_A_SERVICE.matcher(path).matches();
  }
}
