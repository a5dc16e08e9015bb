export { downloadCertificates } from './certificates/download-certificates.ts'
export { uploadMarketingImage } from './images/upload-marketing-image.ts'
export { securityEcho } from './security/security-echo.ts'
