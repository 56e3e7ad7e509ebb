import 'reflect-metadata';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  Req,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';

type Request = { headers: { authorization?: string }; claims?: JWTPayload };

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer));
const rules = { issuer, audience: 'shop', typ: 'at+jwt', algorithms: ['RS256', 'ES256'], requiredClaims: ['exp'] };

@Injectable()
class AccessTokenGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const [scheme, token = ''] = request.headers.authorization?.split(' ') ?? [];
    const verified = scheme?.toLowerCase() === 'bearer' && (await jwtVerify(token, keys, rules).catch(() => undefined));
    if (!verified) throw new UnauthorizedException();
    request.claims = verified.payload;
    return true;
  }
}

@Controller()
class MeController {
  @Get('me')
  @UseGuards(AccessTokenGuard)
  me(@Req() request: Request) {
    return { username: request.claims?.username };
  }
}

@Module({ controllers: [MeController] })
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
