# Sourced by mvnw and quotient: finds a JDK 25 or newer, without starting any Java where that can be avoided.

# Sets jdk_version to the version of the JDK in folder $1, such as 25.0.3; false if there is no JDK.
read_jdk_version() {
  jdk_version=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  if [ -r "$1/release" ]; then
    while IFS='=' read -r jdk_key jdk_value; do
      if [ "$jdk_key" = JAVA_VERSION ]; then
        jdk_version=${jdk_value#\"}
        jdk_version=${jdk_version%%\"*}
        break
      fi
    done <"$1/release"
  else
    jdk_version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
  fi
  [ -n "$jdk_version" ]
}

# Sets jdk_number to an integer that orders versions: 25.0.3 gives 25000003, 25-ea gives 25000000.
number_jdk_version() {
  jdk_ifs=$IFS
  IFS=.
  set -- ${1%%[!0-9.]*}
  IFS=$jdk_ifs
  jdk_number=$((${1:-0} * 1000000 + ${2:-0} * 1000 + ${3:-0}))
}

# Keeps the JDK in folder $1 in jdk_home if it is better than what was found so far.
# Any 25.x is better than anything newer; otherwise the higher version is better.
consider_jdk() {
  read_jdk_version "$1" || return 0
  number_jdk_version "$jdk_version"
  [ "$jdk_number" -ge 25000000 ] || return 0
  jdk_rank=$jdk_number
  [ "$jdk_number" -ge 26000000 ] || jdk_rank=$((jdk_number + 1000000000))
  if [ "$jdk_rank" -gt "$jdk_best" ]; then
    jdk_best=$jdk_rank
    jdk_home=$1
  fi
}

# Sets jdk_home, jdk_version and jdk_number: JAVA_HOME if it fits, else the best of the usual
# places. False if there is none.
find_jdk() {
  jdk_best=0
  jdk_home=
  if [ -n "${JAVA_HOME:-}" ]; then
    consider_jdk "$JAVA_HOME"
  fi
  if [ -z "$jdk_home" ]; then
    for jdk_folder in \
      /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/*jdk* /opt/*java* /usr/local/*jdk* \
      "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
      "${HOME:-/nonexistent}"/.asdf/installs/java/* "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
      "${HOME:-/nonexistent}"/.gradle/jdks/* \
      /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
      /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
      /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
      consider_jdk "$jdk_folder"
    done
  fi
  if [ -z "$jdk_home" ]; then
    jdk_java=$(command -v java 2>/dev/null) && jdk_java=$(readlink -f "$jdk_java" 2>/dev/null) &&
      consider_jdk "${jdk_java%/bin/java}"
  fi
  [ -n "$jdk_home" ] || return 1
  read_jdk_version "$jdk_home" && number_jdk_version "$jdk_version"
}
