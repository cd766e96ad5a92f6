@rem Runs Maven: the installed one, else Apache Maven fetched once from Apache and checked.
@rem Maven itself runs on a JDK 25 or newer if this machine has one.
@echo off
setlocal
set "MAVEN_VERSION=3.9.11"
set "MAVEN_SHA512=bcfe4fe305c962ace56ac7b5fc7a08b87d5abd8b7e89027ab251069faebee516b0ded8961445d6d91ec1985dfe30f8153268843c89aa392733d1a3ec956c9978"
set "MAVEN_URL=https://archive.apache.org/dist/maven/maven-3/%MAVEN_VERSION%/binaries/apache-maven-%MAVEN_VERSION%-bin.tar.gz"

call "%~dp0.mvn\jdk.cmd"
if not defined JDK_HOME echo mvnw: no JDK 25 or newer in JAVA_HOME, the usual install folders or PATH; see docs\building.md 1>&2
if defined JDK_HOME set "JAVA_HOME=%JDK_HOME%"
if defined JDK_HOME set "MAVEN_OPTS=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow %MAVEN_OPTS%"

where /q mvn.cmd
if not errorlevel 1 goto installed

set "CACHE=%LOCALAPPDATA%\quotient"
set "MAVEN=%CACHE%\apache-maven-%MAVEN_VERSION%\bin\mvn.cmd"
if exist "%MAVEN%" goto fetched
call :fetch
if errorlevel 1 exit /b 1

:fetched
call "%MAVEN%" %*
exit /b %errorlevel%

:installed
call mvn.cmd %*
exit /b %errorlevel%

:fetch
set "PART=%CACHE%\part.%RANDOM%"
mkdir "%PART%"
if errorlevel 1 exit /b 1
echo mvnw: fetching Apache Maven %MAVEN_VERSION% into %CACHE% 1>&2
curl -fsSL -o "%PART%\maven.tar.gz" "%MAVEN_URL%"
if errorlevel 1 (
  echo mvnw: could not fetch %MAVEN_URL%; install Maven 3.8 or newer instead 1>&2
  rmdir /s /q "%PART%"
  exit /b 1
)
certutil -hashfile "%PART%\maven.tar.gz" SHA512 | findstr /i /x "%MAVEN_SHA512%" >nul
if errorlevel 1 (
  echo mvnw: %MAVEN_URL% does not have the expected SHA-512; nothing was installed 1>&2
  rmdir /s /q "%PART%"
  exit /b 1
)
tar -xzf "%PART%\maven.tar.gz" -C "%PART%"
if errorlevel 1 exit /b 1
move "%PART%\apache-maven-%MAVEN_VERSION%" "%CACHE%\" >nul
rmdir /s /q "%PART%"
exit /b 0
